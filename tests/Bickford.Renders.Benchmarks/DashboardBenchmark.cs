using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;
using Microsoft.Data.Sqlite;

namespace Bickford.Renders.Benchmarks;

/// <summary>How long the pages of the dashboard take with many renders in the database: from the request to the last byte, of the real program.</summary>
internal sealed class DashboardBenchmark(int renders, int runs)
{
    private const double LimitMs = 300;

    // 2 of 100 failed, 1 parked, 1 cancelled; one every 20 seconds; two models; every 50th tagged.
    private const string Fill = """
        WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < $count),
        numbered AS (SELECT n, CAST(strftime('%s', 'now') AS INTEGER) * 1000 - n * 20000 AS ms FROM counted)
        INSERT INTO renders ({columns})
        SELECT {values} FROM numbered CROSS JOIN (SELECT * FROM renders WHERE status = 'Completed' LIMIT 1) AS one
        """;

    private static readonly Dictionary<string, string> s_values = new()
    {
        ["id"] = "printf('%08x-%04x-7%03x-8%03x-%012x', ms / 65536, ms % 65536, n % 4096, 0, n)",
        ["prompt"] = "one.prompt || ', take ' || n",
        ["model"] = "CASE WHEN n % 3 = 0 THEN 'sora-2-pro' ELSE 'sora-2' END",
        ["tags"] = "CASE WHEN n % 50 = 0 THEN '[\"campaign\"]' ELSE '[]' END",
        ["status"] = "CASE n % 100 WHEN 1 THEN 'Failed' WHEN 2 THEN 'Failed' WHEN 3 THEN 'Parked' WHEN 4 THEN 'Cancelled' ELSE 'Completed' END",
        ["cause"] = "CASE n % 100 WHEN 1 THEN 'Policy' WHEN 2 THEN 'Storage' WHEN 3 THEN 'Quota' END",
        ["message"] = "CASE WHEN n % 100 IN (1, 2, 3) THEN 'it stopped' END",
        ["video_id"] = "'video_' || n",
        ["created_at"] = "strftime('%Y-%m-%dT%H:%M:%fZ', ms / 1000.0, 'unixepoch')",
        ["create_started_at"] = "strftime('%Y-%m-%dT%H:%M:%fZ', ms / 1000.0 + 1, 'unixepoch')",
        ["updated_at"] = "strftime('%Y-%m-%dT%H:%M:%fZ', ms / 1000.0 + 120, 'unixepoch')",
        ["finished_at"] = "strftime('%Y-%m-%dT%H:%M:%fZ', ms / 1000.0 + 120, 'unixepoch')",
    };

    public async Task<int> RunAsync(bool json)
    {
        await using var world = await World.StartAsync(new SimulatorOptions { ApiKey = "simulator-key", RenderTime = TimeSpan.FromSeconds(0.2) });
        await world.RunAsync("render", "A lighthouse in fog", "--wait");
        var id = (string)(await world.QueryAsync("SELECT id FROM renders")).Single()["id"]!;
        await FillAsync(world.DatabasePath);
        await using var worker = world.Start("serve", "--json");
        await Eventually.HoldsAsync("it listens", () => Task.FromResult(worker.Output.Contains("urls", StringComparison.Ordinal)));
        using var http = new HttpClient { BaseAddress = new Uri(JsonNode.Parse(worker.Output)!["urls"]![0]!.GetValue<string>()) };

        var slow = 0;
        var results = new List<object>();
        foreach (var path in new[] { "/renders", "/renders?status=Failed", "/renders?tag=campaign", "/renders?text=take+777", "/failed", $"/renders/{id}", "/overview", "/bulk?of=all&do=again&status=Failed" })
        {
            var times = new List<double>();
            for (var run = 0; run <= runs; run++)
            {
                var start = Stopwatch.GetTimestamp();
                (await http.GetByteArrayAsync(new Uri(path, UriKind.Relative))).Length.ToString(CultureInfo.InvariantCulture);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            // The first one compiles the page; those who come after it are what is measured.
            var (first, sorted) = (times[0], times.Skip(1).Order().ToList());
            var (median, p95) = (sorted[sorted.Count / 2], sorted[(int)Math.Ceiling(sorted.Count * 0.95) - 1]);
            slow += p95 > LimitMs ? 1 : 0;
            results.Add(new { path = path.Replace(id, "ID", StringComparison.Ordinal), median, p95, first });
            if (!json)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path.Replace(id, "ID", StringComparison.Ordinal),-40} median {median,6:0} ms   p95 {p95,6:0} ms   first {first,6:0} ms{(p95 > LimitMs ? "   TOO SLOW" : "")}"));
        }

        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new { renders, runs, limit = LimitMs, pages = results }));
        else
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{renders:N0} renders in SQLite, {runs} runs a page; the limit is {LimitMs:0} ms"));
        return slow == 0 ? 0 : 1;
    }

    private async Task FillAsync(string database)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ToString());
        await connection.OpenAsync();
        var columns = new List<string>();
        await using (var read = connection.CreateCommand())
        {
            read.CommandText = "SELECT name FROM pragma_table_info('renders')";
            await using var reader = await read.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                columns.Add(reader.GetString(0));
        }

        await using var fill = connection.CreateCommand();
        fill.CommandText = Fill.Replace("{columns}", string.Join(", ", columns), StringComparison.Ordinal)
            .Replace("{values}", string.Join(", ", columns.Select(static column => s_values.GetValueOrDefault(column, $"one.{column}"))), StringComparison.Ordinal);
        fill.Parameters.AddWithValue("$count", renders);
        await fill.ExecuteNonQueryAsync();
    }
}
