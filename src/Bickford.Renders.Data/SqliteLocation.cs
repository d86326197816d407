using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Bickford.Renders.Data;

/// <summary>Where a SQLite database lies, checked; and what its errors mean there.</summary>
internal sealed class SqliteLocation
{
    private const string Allowed = "the path of a SQLite file, such as data/renders.db, or 'Data Source=<path>'";

    private readonly SqliteConnectionStringBuilder _settings;

    private SqliteLocation(SqliteConnectionStringBuilder settings, string path)
    {
        _settings = settings;
        Path = path;
    }

    /// <summary>The file, as a full path: a later change of the current folder does not move it.</summary>
    public string Path { get; }

    /// <summary>Reads a connection string or a path.</summary>
    /// <exception cref="DatabaseException">It is neither.</exception>
    public static SqliteLocation Parse(string connectionStringOrPath)
    {
        var settings = Settings(connectionStringOrPath);
        var source = settings.DataSource;
        if (string.IsNullOrWhiteSpace(source))
            throw Wrong("", "it names no file");
        if (source.StartsWith(":memory:", StringComparison.OrdinalIgnoreCase) || settings.Mode == SqliteOpenMode.Memory)
            throw Wrong(source, "a database in memory would lose every render");
        if (source.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
            throw Wrong(source, "give a path, not a uri");
        if (settings.Mode == SqliteOpenMode.ReadOnly || settings.Cache == SqliteCacheMode.Shared)
            throw Wrong(source, "leave out Mode and Cache: the worker writes, over connections of its own");
        if (!string.IsNullOrEmpty(settings.Password))
            throw Wrong(source, "leave out Password: this SQLite does not encrypt");

        try
        {
            return new SqliteLocation(settings, System.IO.Path.GetFullPath(source));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw Wrong(source, e.Message, e);
        }
    }

    /// <summary>The connection string for opening the file. Which connections stay open is <see cref="SqliteConnections"/>' to say.</summary>
    public string ConnectionString(SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder(_settings.ConnectionString) { DataSource = Path, Mode = mode, ForeignKeys = true, Pooling = false }.ConnectionString;

    /// <summary>Makes the file's folder.</summary>
    /// <exception cref="DatabaseException">It cannot be made.</exception>
    public void CreateFolder()
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path) ?? Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong(Path, e.Message, e);
        }
    }

    /// <summary>SQLite's error in one clear line. Codes: https://sqlite.org/rescode.html</summary>
    public DatabaseException Explain(DbException error)
    {
        var code = (error as SqliteException)?.SqliteErrorCode ?? 0;
        var allowed = code switch
        {
            1 when error.Message.Contains("no such table", StringComparison.Ordinal) => "a database with this program's tables; run the migrations first",
            5 or 6 => "a file that no other program keeps locked",
            8 => "a file that may be written",
            10 => "a disk that works",
            11 => "a file that is not damaged; restore a backup",
            13 => "a disk with free space",
            14 when Directory.Exists(Path) => "a file, not a folder",
            14 when !File.Exists(Path) => "a file that is there or can be made; run the migrations first",
            14 => "a file that may be read and written, in a folder that may be written",
            26 => "a SQLite database; this file is something else",
            19 => "what the tables allow",
            _ => Allowed,
        };
        return new DatabaseException(SqlDialect.ConnectionSetting, Path, allowed, error.Message, error) { TakenColumn = TakenColumn(error) };
    }

    private static SqliteConnectionStringBuilder Settings(string connectionStringOrPath)
    {
        // A path may hold '=' too; only what names a source the way SQLite does is a connection string.
        string[] keywords = ["Data Source", "DataSource", "Filename"];
        var isConnectionString = (connectionStringOrPath ?? "").Split(';').Any(part =>
            part.Contains('=', StringComparison.Ordinal) && keywords.Contains(part.Split('=')[0].Trim(), StringComparer.OrdinalIgnoreCase));
        try
        {
            return isConnectionString
                ? new SqliteConnectionStringBuilder(connectionStringOrPath)
                : new SqliteConnectionStringBuilder { DataSource = connectionStringOrPath };
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The text may hold a password, so only its kind is shown.
            throw Wrong(isConnectionString ? "a connection string" : connectionStringOrPath, e.Message, e);
        }
    }

    // "SQLite Error 19: 'UNIQUE constraint failed: renders.video_id'."
    private static string? TakenColumn(DbException error)
    {
        const string Marker = "UNIQUE constraint failed: ";
        if (error is not SqliteException { SqliteErrorCode: 19 })
            return null;
        var at = error.Message.IndexOf(Marker, StringComparison.Ordinal);
        return at < 0 ? null : error.Message[(at + Marker.Length)..].Split(',')[0].TrimEnd('\'', '.').Split('.')[^1];
    }

    private static DatabaseException Wrong(string? value, string detail, Exception? inner = null) =>
        new(SqlDialect.ConnectionSetting, value, Allowed, detail, inner);
}
