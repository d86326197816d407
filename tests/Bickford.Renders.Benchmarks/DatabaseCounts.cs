using System.Runtime.InteropServices;
using Bickford.Renders.IntegrationTests.Support;
using Npgsql;

namespace Bickford.Renders.Benchmarks;

/// <summary>What a database was asked for.</summary>
/// <param name="Statements">Statements, each a round trip with PostgreSQL; the begin of a transaction is none there, for it travels with what follows.</param>
/// <param name="Commits">Transactions that wrote.</param>
internal sealed record DatabaseCounts(long Statements, long Commits)
{
    public static DatabaseCounts operator -(DatabaseCounts after, DatabaseCounts before) => new(after.Statements - before.Statements, after.Commits - before.Commits);
}

/// <summary>Counts of the server itself, of one database.</summary>
internal static class PostgresCounts
{
    private const string Module = "pg_stat_statements";

    /// <summary>Has the server count statements from now on. It must be started anew for that.</summary>
    public static async Task EnableAsync(PostgresServer server)
    {
        await using (var database = await server.CreateDatabaseAsync())
            await RunAsync(database.ConnectionString, $"ALTER SYSTEM SET shared_preload_libraries = '{Module}'");
        NpgsqlConnection.ClearAllPools();
        server.StopImmediate();
        server.Start();
    }

    public static async Task<DatabaseCounts> NowAsync(string connection)
    {
        await RunAsync(connection, $"CREATE EXTENSION IF NOT EXISTS {Module} SCHEMA public");
        // Every transaction that writes takes an id: this one does too.
        return new DatabaseCounts(
            await RunAsync(connection, $"SELECT coalesce(sum(calls), 0)::bigint FROM public.{Module} s JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database() AND query NOT ILIKE 'begin%'"),
            await RunAsync(connection, "SELECT pg_current_xact_id()::text::bigint"));
    }

    private static async Task<long> RunAsync(string connection, string sql)
    {
        await using var database = new NpgsqlConnection(connection + ";Pooling=false");
        await database.OpenAsync();
        await using var command = new NpgsqlCommand(sql, database);
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }
}

/// <summary>Counts what SQLite does by its own hooks, which every connection gets as it is opened.</summary>
internal static class SqliteCounts
{
    private const uint TraceStatements = 1;
    private const short CommentMark = 0x2D2D;

    // Native code keeps these.
    private static readonly Extend s_extend = OnOpened;
    private static readonly Trace s_trace = OnStatement;
    private static readonly Commit s_commit = OnCommit;

    private static long s_statements;
    private static long s_commits;

    private delegate int Extend(IntPtr database, IntPtr error, IntPtr api);

    private delegate int Trace(uint mask, IntPtr context, IntPtr statement, IntPtr text);

    private delegate int Commit(IntPtr context);

    public static DatabaseCounts Now => new(Interlocked.Read(ref s_statements), Interlocked.Read(ref s_commits));

    /// <summary>Before a connection is opened in this process.</summary>
    public static void Begin()
    {
        if (AutoExtension(Marshal.GetFunctionPointerForDelegate(s_extend)) is var result and not 0)
            throw new InvalidOperationException($"SQLite takes no hook: {result}");
    }

    private static int OnOpened(IntPtr database, IntPtr error, IntPtr api)
    {
        CommitHook(database, Marshal.GetFunctionPointerForDelegate(s_commit), IntPtr.Zero);
        return TraceHook(database, TraceStatements, Marshal.GetFunctionPointerForDelegate(s_trace), IntPtr.Zero);
    }

    private static int OnStatement(uint mask, IntPtr context, IntPtr statement, IntPtr text)
    {
        // What a trigger does is told as a comment.
        if (Marshal.ReadInt16(text) != CommentMark)
            Interlocked.Increment(ref s_statements);
        return 0;
    }

    private static int OnCommit(IntPtr context)
    {
        Interlocked.Increment(ref s_commits);
        return 0;
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_auto_extension")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AutoExtension(IntPtr extend);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_trace_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int TraceHook(IntPtr database, uint mask, IntPtr trace, IntPtr context);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_commit_hook")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr CommitHook(IntPtr database, IntPtr commit, IntPtr context);
}
