using System.Runtime.InteropServices;
using SQLitePCL;

namespace Bickford.Renders.Data;

/// <summary>
/// A value of the row that a statement stands on, in SQLite's own memory. The library's own calls protect the statement's handle anew each time and cost more than what they ask for;
/// these are for rows by the hundred thousand. They neither block nor call back, so the collector need not be told of them. Good until the statement moves on; and as everywhere, a
/// connection is used by one thread at a time.
/// </summary>
internal readonly ref partial struct SqliteValue
{
    private const string Library = "e_sqlite3";

    // An application that brings another SQLite has handles that are that one's own.
    private static readonly bool s_isOurs = raw.GetNativeLibraryName() == Library;

    private readonly sqlite3_stmt _statement;
    private readonly int _column;
    private readonly nint _value;

    /// <param name="statement">The statement, which somebody must keep alive.</param>
    /// <param name="column">Which column, from 0.</param>
    public SqliteValue(sqlite3_stmt statement, int column)
    {
        (_statement, _column) = (statement, column);
        if (s_isOurs)
        {
            _value = ColumnValue(statement.DangerousGetHandle(), column);
            Type = ValueType(_value);
        }
        else
        {
            Type = raw.sqlite3_column_type(statement, column);
        }
    }

    /// <summary>Such as <see cref="raw.SQLITE_TEXT"/>: as it stands in the file, which may be another than the column's.</summary>
    public int Type { get; }

    public bool IsText => Type == raw.SQLITE_TEXT;

    public bool IsWhole => Type == raw.SQLITE_INTEGER;

    public bool IsNull => Type == raw.SQLITE_NULL;

    /// <summary>The number; only where <see cref="IsWhole"/>.</summary>
    public long Whole => s_isOurs ? ValueInt64(_value) : raw.sqlite3_column_int64(_statement, _column);

    /// <summary>The text in UTF-8, or whatever bytes stand in its place; only where <see cref="IsText"/>.</summary>
    public unsafe ReadOnlySpan<byte> Text
    {
        get
        {
            if (!s_isOurs)
                return raw.sqlite3_column_blob(_statement, _column);
            // The length first: should the file have another encoding, that makes it UTF-8.
            var length = ValueBytes(_value);
            return new ReadOnlySpan<byte>((void*)ValueBlob(_value), length);
        }
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_column_value")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static partial nint ColumnValue(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_type")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static partial int ValueType(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_int64")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static partial long ValueInt64(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_bytes")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static partial int ValueBytes(nint value);

    [LibraryImport(Library, EntryPoint = "sqlite3_value_blob")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    private static partial nint ValueBlob(nint value);
}
