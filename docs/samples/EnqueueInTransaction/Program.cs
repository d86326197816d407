// A shop takes an order and has its video rendered: both or neither, whatever fails in between. No engine runs here; a worker
// ('renders serve') on the same database hears of the render when the transaction commits.
//
//   dotnet run -- "Host=localhost;Database=shop;Username=shop;Password=…" order-17 "A lighthouse in fog"
//   dotnet run -- shop.db order-17 "A lighthouse in fog"
using System.Data.Common;
using Bickford.Renders;
using Bickford.Renders.Data;
using Bickford.Renders.Files;
using Bickford.Renders.Sora;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

if (args is not [var database, var order, var prompt])
{
    await Console.Error.WriteLineAsync("usage: EnqueueInTransaction DATABASE ORDER PROMPT");
    return 2;
}

var onServer = database.Contains("Host=", StringComparison.OrdinalIgnoreCase);

var services = new ServiceCollection();
var builder = services.AddRenders(options => options.DefaultModel = "sora-2");
builder = onServer ? builder.UsePostgreSql(database) : builder.UseSqlite(database);
// The same as the worker's: where reference images go, and who is asked when a person adopts a video. Enqueuing calls neither.
builder.UseFileStore("videos").UseVideosApi(options => options.BaseUrl = "https://videos.example/v1");

await using var provider = services.BuildServiceProvider();
await provider.GetRequiredService<DatabaseMigrator>().MigrateAsync();
var renders = provider.GetRequiredService<IRenders>();

await using DbConnection connection = onServer ? new NpgsqlConnection(database) : new SqliteConnection($"Data Source={database}");
await connection.OpenAsync();
await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY, render_id text NOT NULL)");

await using var transaction = await connection.BeginTransactionAsync();
var render = await renders.EnqueueAsync(new RenderRequest(prompt), transaction, idempotencyKey: order);
await connection.ExecuteAsync("INSERT INTO orders (id, render_id) VALUES (@order, @render)", new { order, render = render.Id.ToString() }, transaction);
await transaction.CommitAsync();

Console.WriteLine($"order {order} is taken, render {render.ShortId} is {render.Status}");
return 0;
