using System.Net;
using Bickford.Renders.Policies;
using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Workers;
using Bickford.Renders.Steps;
using Bickford.Renders.Videos;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Simulation.Plants;

/// <summary>Bugs about the one POST and what is done when its answer is lost.</summary>
internal static class CreatePlants
{
    public static IReadOnlyList<Plant> All { get; } =
    [
        new("post-before-intent", "the create is sent first, and its intent committed afterwards") { Put = static services => services.ReplaceStep<CreateStep>((real, all) => new PostFirst(real, all.GetRequiredService<IVideosApi>())) },
        new("post-retried", "a create that failed is sent again by the client, as SDKs do") { Link = static link => new PostRetried(link) },
        new("no-look-up", "a create whose answer was lost is sent again without asking for the video")
        {
            Api = static (api, _) => new NoLookUp(api),
            Configure = static options => options.CreateSettle = TimeSpan.Zero,
        },
        new("no-settle", "a list without the video is believed at once") { Configure = static options => options.CreateSettle = TimeSpan.Zero },
        new("look-up-guesses", "what a list without prompts shows is taken for the render's own video")
        {
            Api = static (api, life) => new LookUpGuesses(api, life),
            // The first makes the list one without prompts.
            Aims = [new(Step.Person, Boundary.Look, Fault.Refused), new(Step.Create, Boundary.PostAnswer, Fault.LostAnswer)],
        },
    ];

    private sealed class PostFirst(IStep real, IVideosApi api) : IStep
    {
        public RenderStep Step => real.Step;

        public async Task<StepOutcome?> RunAsync(StepRun run)
        {
            var row = run.Row;
            if (row is not { CreateStartedAt: null, RemixOf: null, Reference: null })
                return await real.RunAsync(run);
            var video = await api.CreateAsync(new CreateVideoRequest(row.Prompt) { Model = row.Model, Size = row.Size, Seconds = row.Seconds }, CancellationToken.None);
            return await run.CommitAsync(new StepOutcome.CreateStarted(null)) ? new StepOutcome.Created(video, Adopted: false) : null;
        }
    }

    private sealed class PostRetried(HttpMessageHandler link) : DelegatingHandler(link)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Post)
                return await base.SendAsync(request, cancellationToken);
            var headers = request.Content!.Headers.NonValidated.ToList();
            var copy = new ByteArrayContent(await request.Content.ReadAsByteArrayAsync(cancellationToken));
            foreach (var header in headers.Where(header => !header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)))
                copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
            request.Content = copy;
            try
            {
                var answer = await base.SendAsync(request, cancellationToken);
                if (answer.StatusCode < HttpStatusCode.InternalServerError)
                    return answer;
            }
            catch (HttpRequestException)
            {
                // "Transient."
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class NoLookUp(IVideosApi api) : PassedApi(api)
    {
        public override Task<VideoPage> ListPageAsync(
            VideoOrder order = VideoOrder.Descending, string? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
            Task.FromResult(new VideoPage([], null, null));
    }

    private sealed class LookUpGuesses(IVideosApi api, Life life) : PassedApi(api)
    {
        public override async Task<VideoPage> ListPageAsync(
            VideoOrder order = VideoOrder.Descending, string? after = null, int limit = 100, CancellationToken cancellationToken = default)
        {
            var page = await Api.ListPageAsync(order, after, limit, cancellationToken);
            var prompt = life.World.Database.Query("SELECT prompt FROM renders WHERE id = @id", row => row.GetString(0), ("@id", Doing.Current.RenderId?.ToString("D")));
            return page with { Videos = [.. page.Videos.Select(video => video with { Prompt = video.Prompt ?? prompt[0], Model = null, Size = null, Seconds = null })] };
        }
    }
}
