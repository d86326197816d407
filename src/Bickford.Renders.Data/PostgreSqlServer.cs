using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace Bickford.Renders.Data;

/// <summary>A PostgreSQL server and database, checked; and what its errors mean there.</summary>
internal sealed class PostgreSqlServer : IDisposable
{
    private const string Allowed = "a connection string such as 'Host=localhost;Database=renders;Username=renders;Password=…'";
    private const int OldestVersion = 14;

    private readonly bool _ours;

    private PostgreSqlServer(NpgsqlDataSource source, bool ours)
    {
        Source = source;
        _ours = ours;
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        Shown = string.Create(CultureInfo.InvariantCulture, $"{settings.Username}@{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}");
    }

    public NpgsqlDataSource Source { get; }

    /// <summary>User, host and database, for people.</summary>
    public string Shown { get; }

    /// <summary>A server by its connection string. Connects nowhere yet.</summary>
    /// <exception cref="DatabaseException">It is none.</exception>
    public static PostgreSqlServer Parse(string connectionString) => new(NpgsqlDataSource.Create(Settings(connectionString)), ours: true);

    /// <summary>Refuses what is no connection string.</summary>
    /// <exception cref="DatabaseException">It is none.</exception>
    public static void Check(string connectionString) => Settings(connectionString);

    /// <summary>A data source that somebody else set up and disposes.</summary>
    public static PostgreSqlServer Of(NpgsqlDataSource source) => new(source, ours: false);

    /// <summary>Refuses a server that this program cannot work with.</summary>
    /// <exception cref="DatabaseException">It is too old, or its database cannot hold every text.</exception>
    public void Check(Version version, string? encoding)
    {
        if (version.Major < OldestVersion)
            throw new DatabaseException(SqlDialect.ConnectionSetting, Shown, $"PostgreSQL {OldestVersion} or later", $"the server is PostgreSQL {version}");
        if (encoding is not (null or "UTF8"))
            throw new DatabaseException(SqlDialect.ConnectionSetting, Shown, "a database with the encoding UTF8", $"its encoding is {encoding}");
    }

    /// <summary>PostgreSQL's error in one clear line. Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html</summary>
    public DatabaseException Explain(DbException error)
    {
        var allowed = error.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword => "the right user and password",
            PostgresErrorCodes.InvalidAuthorizationSpecification => "a user that exists and that pg_hba.conf lets in from here",
            PostgresErrorCodes.InvalidCatalogName => "a database that exists; 'createdb' makes one",
            PostgresErrorCodes.InsufficientPrivilege => "a user with the rights: the owner of the schema 'renders', or one who was granted usage of it and rights on its tables",
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.UndefinedColumn =>
                "a database with this program's tables; run the migrations first",
            PostgresErrorCodes.TooManyConnections => "a server with free connections; lower 'Maximum Pool Size' or raise max_connections",
            PostgresErrorCodes.DiskFull => "a server with free disk space",
            PostgresErrorCodes.ReadOnlySqlTransaction => "a server that may be written; this one is read-only or a standby",
            PostgresErrorCodes.CannotConnectNow => "a server that has started",
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => "a server that runs; it is stopping",
            PostgresErrorCodes.InFailedSqlTransaction => "a transaction without a failed statement before; roll it back",
            PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => "a transaction that is run again: it met another one",
            PostgresErrorCodes.QueryCanceled => "a statement that is quick enough for the time limit",
            { } state when state.StartsWith("23", StringComparison.Ordinal) => "what the tables allow",
            _ => Unreachable(error) ? "a server that runs and can be reached there" : Allowed,
        };
        var detail = (error as PostgresException)?.MessageText ?? (error.InnerException is { } inner ? $"{error.Message}: {inner.Message}" : error.Message);
        return new DatabaseException(SqlDialect.ConnectionSetting, Shown, allowed, detail.ReplaceLineEndings(" "), error) { TakenColumn = TakenColumn(error) };
    }

    public void Dispose()
    {
        if (_ours)
            Source.Dispose();
    }

    private static NpgsqlConnectionStringBuilder Settings(string connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            throw Wrong("", "it names no host");
        if (connectionString.TrimStart().StartsWith("postgres", StringComparison.OrdinalIgnoreCase) && connectionString.Contains("://", StringComparison.Ordinal))
            throw Wrong("a uri", "give host, database, user and password as keywords");

        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or NotSupportedException)
        {
            // Neither the text nor Npgsql's message is shown: what follows an unquoted ';' in a password looks like a keyword.
            throw Wrong("a connection string", "Npgsql does not know one of its keywords or cannot read a value; put a value that holds ';' or '=' in double quotes");
        }

        if (string.IsNullOrWhiteSpace(settings.Host))
            throw Wrong("a connection string", "it names no Host");
        var given = settings.Keys.Cast<string>().Select(key => key.Replace(" ", "", StringComparison.Ordinal)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        // The worker asks the same questions over and over: the server parses each once a connection. Room for all of them, those of the pages too: with 40, each one that was
        // asked put out one that would be asked next.
        if (!given.Contains("MaxAutoPrepare"))
            settings.MaxAutoPrepare = 100;
        if (!given.Contains("AutoPrepareMinUsages"))
            settings.AutoPrepareMinUsages = 2;
        // Ten workers with Npgsql's default of 100 would want ten times what a server allows.
        if (!given.Contains("MaximumPoolSize") && !given.Contains("MaxPoolSize"))
            settings.MaxPoolSize = 20;
        // Nothing is set on a connection that outlives its use, so there is nothing to reset each time.
        if (!given.Contains("NoResetOnClose"))
            settings.NoResetOnClose = true;
        if (!given.Contains("ApplicationName"))
            settings.ApplicationName = "renders";
        return settings;
    }

    private static bool Unreachable(DbException error) => error is not PostgresException && error.InnerException is SocketException or IOException or TimeoutException;

    // PostgreSQL names a column's own constraint itself: renders_video_id_key.
    private static string? TakenColumn(DbException error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "renders", ConstraintName: { } name }
            && name.StartsWith("renders_", StringComparison.Ordinal) && name.EndsWith("_key", StringComparison.Ordinal)
            ? name["renders_".Length..^"_key".Length]
            : null;

    private static DatabaseException Wrong(string? value, string detail) => new(SqlDialect.ConnectionSetting, value, Allowed, detail);
}
