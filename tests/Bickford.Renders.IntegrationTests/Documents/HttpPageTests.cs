using Bickford.Renders.IntegrationTests.Api;
using Bickford.Renders.IntegrationTests.Support;

namespace Bickford.Renders.IntegrationTests.Documents;

/// <summary>What docs/http-api.md and docs/feed.md tell to type is typed, by a shell with curl, at a worker.</summary>
public sealed class HttpPageTests
{
    // Each request is told with its status; the body goes where the page has it go.
    private const string Telling = """
        curl() { command curl --max-time 60 -w '%{stderr}%{http_code} %{method} %{url}\n' "$@"; }

        """;

    [Fact]
    public async Task Every_request_is_answered_as_the_pages_say()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var world = await World.StartAsync();
        var (app, http) = await ApiFixture.StartAppAsync(world);
        await using var worker = app;
        using var client = http;
        // Two of the files on the page are taken from the repository, and some are written.
        Directory.CreateSymbolicLink(Path.Combine(world.Folder, "src"), Path.Combine(PageScript.Root, "src"));
        var api = client.BaseAddress!.ToString().TrimEnd('/');
        var script = Telling
            + PageScript.Blocks("docs/http-api.md").Replace("api=http://127.0.0.1:8090", $"api={api}", StringComparison.Ordinal) + "\n"
            + PageScript.Blocks("docs/feed.md", "## Cursors").Replace("api=http://127.0.0.1:8090", $"api={api}", StringComparison.Ordinal) + "\n"
            + string.Join('\n', PageScript.Blocks("docs/decisions.md").Split('\n').Where(line => line.StartsWith("curl ", StringComparison.Ordinal)));

        var (_, error) = await PageScript.RunAsync(world.Folder, "bash", [], script, cancel);
        await app.StopAsync(cancel);

        string[] expected =
        [
            // Ask for a render
            "201 POST /api/renders", "201 POST /api/renders", "201 POST /api/renders/batch",
            // Look; the second look may come before anything has changed.
            "200 GET /api/renders?status=Failed,Parked&limit=20", "200 GET /api/renders?tag=sea&limit=1", "200 GET /api/renders/ID", "200|304 GET /api/renders/ID",
            // Follow, to the end
            "200 GET /api/renders/ID/events",
            // Files
            "200 GET /api/renders/ID/assets/video", "206 GET /api/renders/ID/assets/video", "200 HEAD /api/renders/ID/assets/thumbnail",
            // Act on a completed render
            "409 POST /api/renders/ID/resume", "409 POST /api/renders/ID/cancel", "200 POST /api/renders/ID/keep", "201 POST /api/renders/ID/again", "201 POST /api/renders/ID/remix", "409 POST /api/renders/ID/adopt",
            // Hints, the ledger
            "200 POST /api/lint", "200 GET /api/ledger?after=0&limit=100", "200 GET /api/ledger?stream=renders/ID",
            "200 GET /api/ledger?cursor=warehouse&limit=100", "200 POST /api/ledger/cursors/warehouse", "200 GET /api/ledger/cursors",
            // Errors
            "400 POST /api/renders",
            // docs/feed.md
            "200 GET /api/ledger?cursor=warehouse&limit=100", "200 POST /api/ledger/cursors/warehouse", "200 GET /api/ledger/cursors", "200 POST /api/ledger/cursors/warehouse/move", "204 DELETE /api/ledger/cursors/warehouse",
            // docs/decisions.md
            "201 POST /api/renders",
        ];
        var id = error.Split('\n').First(line => line.EndsWith("/events", StringComparison.Ordinal)).Split('/')[^2];
        var told = error.Trim().Split('\n').Select(line => line.Replace(api, "", StringComparison.Ordinal).Replace(id, "ID", StringComparison.Ordinal));
        told.Select((line, i) => i < expected.Length && Fits(line, expected[i]) ? expected[i] : line).ShouldBe(expected);
        new FileInfo(Path.Combine(world.Folder, "part.bin")).Length.ShouldBe(1024);
        new FileInfo(Path.Combine(world.Folder, "lighthouse.mp4")).Length.ShouldBeGreaterThan(1024);
    }

    private static bool Fits(string told, string expected) =>
        (told.Split(' ', 2), expected.Split(' ', 2)) is ([var status, var request], [var statuses, var wanted]) && request == wanted && statuses.Split('|').Contains(status);
}
