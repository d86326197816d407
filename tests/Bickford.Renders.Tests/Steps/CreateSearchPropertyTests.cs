using System.Net;
using System.Text;
using System.Text.Json;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Sora;
using Bickford.Renders.Steps;
using Bickford.Renders.Tests.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;
using NSubstitute;

namespace Bickford.Renders.Tests.Steps;

/// <summary>After a create whose answer was lost: whatever list the server gives, the search ends, and no guess of it costs money.</summary>
public sealed class CreateSearchPropertyTests
{
    private const int MaxPages = 200;
    private static readonly DateTimeOffset Intent = Rows.Now;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_server_that_hides_a_part_of_its_list_is_never_believed_to_lack_the_video() => Fuzz.CheckAsync(250, Server.Of, async server =>
    {
        var (row, evidence, requests) = await SearchAsync(server);
        requests.ShouldBeLessThanOrEqualTo(MaxPages);
        evidence.Unowned.ShouldNotContain(video => server.Owned.Contains(video.Id));

        switch (CreateLookup.Decide(row, evidence, Intent + TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)))
        {
            case LookupDecision.Adopt adopt:
                server.Owned.ShouldNotContain(adopt.Video.Id);
                adopt.Video.Prompt.ShouldBe(row.Prompt);
                break;
            case LookupDecision.NotThere:
                server.Videos.ShouldNotContain(video => video.IsOurs, "it is there, and would be paid twice");
                break;
            case LookupDecision.Park park:
                park.Why.ShouldNotBeNullOrWhiteSpace();
                break;
        }
    });

    [Fact]
    public Task Pages_that_make_no_sense_end_too() => Fuzz.CheckAsync(60, random => (random.Next(), random.Next(1, 6)), async input =>
    {
        var (seed, ids) = input;
        var server = new Server { Nonsense = page => Nonsense(new Random(seed + page), ids) };

        var (row, evidence, requests) = (Rows.Started(), new LookupEvidence([], false, []), 0);
        try
        {
            (row, evidence, requests) = await SearchAsync(server);
        }
        catch (VideosApiException e)
        {
            e.Fault.ShouldBe(VideosFault.BadAnswer);
        }

        requests.ShouldBeLessThanOrEqualTo(MaxPages);
        if (CreateLookup.Decide(row, evidence, Intent + TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)) is LookupDecision.Adopt adopt)
            adopt.Video.Prompt.ShouldBe(row.Prompt);
    });

    [Theory]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    [InlineData("Thu, 05 Mar 2026 05:06:07 GMT")] // a day ahead of created_at: the header in another time zone, say
    public async Task A_server_with_a_clock_from_another_age_hides_no_video(string date)
    {
        var ours = new Listed("ours", Rows.Queued().Prompt, Intent.AddSeconds(5), IsOurs: true);
        var (row, evidence, _) = await SearchAsync(new Server { Videos = [ours], Date = date });

        CreateLookup.Decide(row, evidence, Intent + TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)).ShouldBeOfType<LookupDecision.Adopt>().Video.Id.ShouldBe("ours");
    }

    /// <summary>It says that there is more, and then gives the same again: the rest of its list is not seen.</summary>
    [Fact]
    public async Task A_server_that_repeats_its_newest_page_for_ever_proves_nothing()
    {
        var newer = Enumerable.Range(0, 3).Select(i => new Listed($"newer_{i}", "another", Intent.AddSeconds(60 + i), IsOurs: false));
        var ours = new Listed("ours", Rows.Queued().Prompt, Intent.AddSeconds(5), IsOurs: true);
        var (row, evidence, requests) = await SearchAsync(new Server { Videos = [.. newer, ours], PageCap = 3, HeedsAfter = false });

        CreateLookup.Decide(row, evidence, Intent + TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)).ShouldBeOfType<LookupDecision.Park>();
        requests.ShouldBe(2);
    }

    private static async Task<(Render Row, LookupEvidence Evidence, int Requests)> SearchAsync(Server server)
    {
        var row = Rows.Started();
        var handler = new ScriptedHandler((request, number) => server.Answer(request.Url, number));
        using var client = handler.Client(new ManualTimeProvider(Intent + TimeSpan.FromMinutes(2)));
        var store = Substitute.For<IRenderStore>();
        store.ListOpenCreatesAsync(default!, default!, default).ReturnsForAnyArgs([]);
        store.FindOwnedVideoIdsAsync(default!, default).ReturnsForAnyArgs(call => call.Arg<IReadOnlyCollection<string>>().Where(server.Owned.Contains).ToHashSet());
        var evidence = await new CreateSearch(client, store, new ManualTimeProvider(Intent + TimeSpan.FromMinutes(2))).FindAsync(row, Cancellation);
        return (row, evidence, handler.Seen.Length);
    }

    // The same few ids over and over, in any order, with cursors that lead in circles.
    private static string Nonsense(Random random, int ids)
    {
        var items = Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{{\"id\":\"video_{random.Next(ids)}\",\"prompt\":{random.Pick("null", "\"A lighthouse in fog\"", "\"x\"")},\"created_at\":{Intent.ToUnixTimeSeconds() + random.Next(-100, 100)}}}");
        return $"{{\"data\":[{string.Join(',', items)}],\"has_more\":true,\"last_id\":{(random.Chance(0.5) ? $"\"cursor_{random.Next(ids)}\"" : Arbitrary.Json(random, 0))}}}";
    }

    internal sealed record Listed(string Id, string Prompt, DateTimeOffset CreatedAt, bool IsOurs);

    /// <summary>A server with habits; it knows our video or not, and other renders' and strangers' with the same prompt.</summary>
    internal sealed record Server
    {
        public IReadOnlyList<Listed> Videos { get; init; } = [];

        public HashSet<string> Owned { get; init; } = [];

        public int PageCap { get; init; } = 100;

        public bool HeedsAfter { get; init; } = true;

        public bool Descending { get; init; } = true;

        public bool SaysLastId { get; init; } = true;

        /// <summary>Always says that there is more.</summary>
        public bool AlwaysMore { get; init; }

        public bool RepeatsOnPages { get; init; }

        public string? Date { get; init; }

        public Func<int, string>? Nonsense { get; init; }

        public static Server Of(Random random)
        {
            var videos = Enumerable.Range(0, random.Next(12)).Select(i => new Listed(
                random.Chance(0.2) ? $"o d/d?&{i}" : $"video_{i}",
                random.Pick("A lighthouse in fog", "another", "a third"),
                Intent.AddSeconds(random.Next(-300, 120)),
                IsOurs: false)).ToList();
            var owned = videos.Where(_ => random.Chance(0.5)).Select(video => video.Id).ToHashSet();
            if (random.Chance(0.7))
                videos.Add(new Listed("ours", "A lighthouse in fog", Intent.AddSeconds(random.Next(0, 30)), IsOurs: true));
            return new Server
            {
                Videos = [.. videos.OrderByDescending(video => video.CreatedAt)],
                Owned = owned,
                PageCap = random.Pick(1, 2, 3, 5, 100),
                HeedsAfter = random.Chance(0.7),
                Descending = random.Chance(0.7),
                SaysLastId = random.Chance(0.7),
                AlwaysMore = random.Chance(0.2),
                RepeatsOnPages = random.Chance(0.2),
                Date = random.Chance(0.5) ? (Intent + TimeSpan.FromMinutes(2) + TimeSpan.FromHours(random.Pick(0, 0, 0, 1, 13))).ToString("r", System.Globalization.CultureInfo.InvariantCulture) : null,
            };
        }

        public HttpResponseMessage Answer(Uri url, int number)
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Nonsense?.Invoke(number) ?? Page(url), Encoding.UTF8, "application/json") };
            if (Date is not null)
                response.Headers.TryAddWithoutValidation("Date", Date);
            return response;
        }

        public override string ToString() =>
            $"{string.Join(", ", Videos.Select(video => $"{video.Id} {(video.CreatedAt - Intent).TotalSeconds:0} s"))}; owned {string.Join(", ", Owned)}; cap {PageCap}, heeds after {HeedsAfter}, descending {Descending}, last_id {SaysLastId}, always more {AlwaysMore}, repeats {RepeatsOnPages}, date {Date}";

        private string Page(Uri url)
        {
            var query = System.Web.HttpUtility.ParseQueryString(url.Query);
            List<Listed> all = [.. Descending ? Videos : Videos.Reverse()];
            var after = HeedsAfter && query["after"] is { } id ? all.FindIndex(video => video.Id == id) + (RepeatsOnPages ? 0 : 1) : 0;
            List<Listed> page = [.. all.Skip(Math.Max(0, after)).Take(RepeatsOnPages ? PageCap + 1 : PageCap)];
            var more = AlwaysMore || after + page.Count < all.Count;
            return JsonSerializer.Serialize(new Dictionary<string, object?>
            {
                ["data"] = page.Select(video => new { id = video.Id, prompt = video.Prompt, created_at = video.CreatedAt.ToUnixTimeSeconds() }),
                ["has_more"] = more,
                ["last_id"] = SaysLastId && page.Count > 0 ? page[^1].Id : null,
            });
        }
    }
}
