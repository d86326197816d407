using Bickford.Renders.Sora;
using Bickford.Renders.Videos;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Doctor;

/// <summary>The provider: whether it answers, takes the key and lists its videos; and its clock. Makes nothing there and costs nothing.</summary>
internal sealed class ProviderExam(WorkerSettings settings, Look look, TimeProvider clock) : IExam
{
    private const string Provider = "provider";
    private const string Clock = "provider clock";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken)
    {
        if (settings.Sora.BaseUrl is not { } address)
            return [Finding.Wrong(Provider, "Sora:BaseUrl is not set: renders can be handed in and looked at, and none is made", "set it to the address of a server of the Videos protocol, such as https://host.example/v1, in appsettings.json or as environment variable Sora__BaseUrl")];

        TimeSpan? ahead = null;
        var provider = await look.AtAsync(
            Provider,
            async token =>
            {
                var (began, mark) = (clock.GetUtcNow(), clock.GetTimestamp());
                var page = await VideosApiCheckup.AskAsync(Options(), clock, token);
                var took = clock.GetElapsedTime(mark);
                // The header leaves out the part of a second: half of one is right on average.
                ahead = page.ServerTime is { } theirs ? theirs + TimeSpan.FromSeconds(0.5) - (began + took / 2) : null;
                return Finding.Ok(Provider, $"{address} lists {(page.Videos.Count == 0 ? "no videos" : "its videos")}; answers in {HumanText.Span(took)}{(settings.Sora.ApiKey is null ? ", without a key" : "")}");
            },
            cancellationToken);
        provider = provider with { Said = provider.Said.Replace("the server (Sora:BaseUrl)", address.ToString(), StringComparison.Ordinal) };
        return [provider, .. ahead is { } known ? new[] { Judgement.Clock(Clock, "the provider's clock", known) } : []];
    }

    private VideosApiOptions Options()
    {
        var options = new VideosApiOptions();
        VideosApiBinding.Fill(options, settings.Sora);
        return options;
    }
}
