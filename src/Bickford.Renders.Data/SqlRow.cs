using System.Data.Common;

namespace Bickford.Renders.Data;

/// <summary>The row a reader stands on, by column name.</summary>
internal sealed class SqlRow(DbDataReader reader, SqlDialect dialect)
{
    public string Text(string column) => TextOrNull(column) ?? throw Unreadable(column, null, "a text");

    /// <summary>The value as it stands, to go on from it in the next query.</summary>
    public object Key(string column) => reader[column];

    public string? TextOrNull(string column) => reader[column] as string;

    public long Number(string column) => Read(column, static value => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture), "a whole number");

    public int? IntOrNull(string column) => reader[column] is DBNull ? null : checked((int)Number(column));

    public bool Bool(string column) => Convert.ToBoolean(reader[column], System.Globalization.CultureInfo.InvariantCulture);

    public T Enum<T>(string column)
        where T : struct, Enum =>
        EnumOrNull<T>(column) ?? throw Unreadable(column, null, Names<T>());

    public T? EnumOrNull<T>(string column)
        where T : struct, Enum =>
        TextOrNull(column) is not { } name ? null
        : System.Enum.TryParse<T>(name, out var value) && System.Enum.IsDefined(value) ? value
        : throw Unreadable(column, name, Names<T>());

    public Guid Guid(string column) => Read(column, dialect.ToGuid, "a UUID");

    public Guid? GuidOrNull(string column) => reader[column] is DBNull ? null : Guid(column);

    public DateTimeOffset Time(string column) => Read(column, dialect.ToTime, "a time such as 2026-01-31T23:59:59.123Z");

    public DateTimeOffset? TimeOrNull(string column) => reader[column] is DBNull ? null : Time(column);

    public decimal? DecimalOrNull(string column) =>
        reader[column] is DBNull ? null : Read(column, dialect.ToDecimal, "an amount");

    private static string Names<T>()
        where T : struct, Enum =>
        $"one of {string.Join(", ", System.Enum.GetNames<T>())} (a newer program may know more)";

    private static DatabaseException Unreadable(string column, object? value, string allowed, Exception? inner = null) =>
        new($"column {column}", value?.ToString(), allowed, inner: inner);

    private T Read<T>(string column, Func<object, T> read, string allowed)
    {
        object? value = null;
        try
        {
            return read(value = reader[column]);
        }
        catch (Exception e) when (e is FormatException or InvalidCastException or ArgumentException or OverflowException)
        {
            // The database's own types hold more than .NET's: years beyond 9999, amounts beyond a decimal.
            throw Unreadable(column, value ?? "(beyond what .NET can hold)", allowed, e);
        }
    }
}
