using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Bickford.Renders.Data;

/// <summary>Adds the database to a worker.</summary>
public static class DataServiceCollectionExtensions
{
    /// <summary>Rows and ledger in a SQLite file: <see cref="IRenderStore"/>, <see cref="ILedger"/>, <see cref="DatabaseMigrator"/>. The container must have a <see cref="TimeProvider"/>.</summary>
    /// <param name="builder">The worker.</param>
    /// <param name="connectionStringOrPath">A path, or a connection string with <c>Data Source</c>.</param>
    /// <exception cref="DatabaseException">It does not name a file on disk.</exception>
    public static RendersBuilder UseSqlite(this RendersBuilder builder, string connectionStringOrPath)
    {
        var location = SqliteLocation.Parse(connectionStringOrPath);
        return builder.UseDatabase(clock => RenderDatabase.Sqlite(location, clock));
    }

    /// <summary>Rows and ledger in PostgreSQL 14 or later: <see cref="IRenderStore"/>, <see cref="ILedger"/>, <see cref="DatabaseMigrator"/>. The container must have a <see cref="TimeProvider"/>.</summary>
    /// <param name="builder">The worker.</param>
    /// <param name="connectionString">As Npgsql reads it, such as <c>Host=localhost;Database=renders;Username=renders;Password=…</c>.</param>
    /// <exception cref="DatabaseException">It is no connection string, or names no host.</exception>
    public static RendersBuilder UsePostgreSql(this RendersBuilder builder, string connectionString)
    {
        PostgreSqlServer.Check(connectionString);
        return builder.UseDatabase(clock => RenderDatabase.PostgreSql(connectionString, clock));
    }

    /// <summary>The same over connections that the application set up; they are not disposed with the worker.</summary>
    /// <param name="builder">The worker.</param>
    /// <param name="dataSource">Where connections come from; statements are prepared if it says <c>Max Auto Prepare</c>.</param>
    public static RendersBuilder UsePostgreSql(this RendersBuilder builder, NpgsqlDataSource dataSource) =>
        builder.UseDatabase(clock => RenderDatabase.PostgreSql(dataSource, clock));

    private static RendersBuilder UseDatabase(this RendersBuilder builder, Func<TimeProvider, RenderDatabase> open)
    {
        builder.Services.AddSingleton(services => open(services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Store);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Gate);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Spending);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Ledger);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Seals);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Cleanup);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Upkeep);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Hooks);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().ApiKeys);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().PageKeys);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Views);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Readings);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Workers);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Migrator);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Checkup);
        builder.Services.AddSingleton(services => services.GetRequiredService<RenderDatabase>().Signal);
        return builder;
    }
}
