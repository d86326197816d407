using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Simulator;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Serve;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Demo;

/// <summary>Runs the demo in its folder.</summary>
/// <param name="context">The call.</param>
/// <param name="folder">Where.</param>
/// <param name="stay">Keeps the dashboard open until somebody ends it.</param>
internal sealed class DemoRun(CliContext context, DemoFolder folder, bool stay)
{
    public const string SettingsName = "settings.json";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    /// <summary>Runs it, and shows what came of it.</summary>
    public async Task<DemoResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var simulator = await SimulatorServer.StartAsync(DemoPlan.Simulator(), cancellationToken);
        var flags = DemoPlan.Settings(simulator.BaseUrl.ToString(), folder);
        await File.WriteAllTextAsync(folder.PathOf(SettingsName), DemoSettingsFile.Text(flags), cancellationToken);
        var settings = SettingsLoader.FromFlags(flags);
        var app = WorkerServer.Build(settings, context.Verbose);
        await using var session = new HostSession(app, settings);
        await session.PrepareAsync(cancellationToken);
        await session.StartAsync(cancellationToken);
        var dashboard = app.Urls.First();
        context.Terminal.Line($"Dashboard  {dashboard}");
        context.Terminal.Line();

        var renders = await EndAsync(session, await EnqueueAsync(session.Renders, cancellationToken), cancellationToken);
        var result = new DemoResult(renders, await AdoptedAsync(session.Ledger, cancellationToken), await session.Ledger.VerifyAsync(cancellationToken), simulator.Videos.CreateCount);
        if (context.Terminal.AsJson)
            context.Terminal.Json(result.ToJson());
        DemoReport.Write(context.Terminal, folder, result);
        if (stay)
            await StayAsync(dashboard, cancellationToken);
        return result;
    }

    private async Task StayAsync(string dashboard, CancellationToken cancellationToken)
    {
        context.Terminal.Line();
        context.Terminal.Line($"The dashboard stays at {dashboard} until Ctrl-C: look at what failed there, and edit its prompt.");
        context.Environment.Out.Flush();
        await Task.Delay(Timeout.InfiniteTimeSpan, context.Environment.Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<IReadOnlyList<Render>> EnqueueAsync(IRenders renders, CancellationToken cancellationToken)
    {
        var accepted = new List<Render>();
        foreach (var request in DemoPlan.Requests())
            accepted.Add(await renders.EnqueueAsync(request, cancellationToken: cancellationToken));
        accepted.Add(await renders.RemixAsync(accepted[0].Id, DemoPlan.Remix, cancellationToken: cancellationToken));
        return accepted;
    }

    private async Task<IReadOnlyList<Render>> EndAsync(HostSession session, IReadOnlyList<Render> renders, CancellationToken cancellationToken)
    {
        var latest = renders.ToDictionary(render => render.Id);
        using var deadline = new CancellationTokenSource(Longest, context.Environment.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await new RenderWatch(session.Renders, context.Terminal, context.Environment.Clock).WaitAsync(renders, now => latest[now.Id] = now, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Too slow is an outcome as well: what is there is shown, and it is not the expected one.
            return [.. renders.Select(render => latest[render.Id])];
        }
    }

    private static async Task<IReadOnlySet<Guid>> AdoptedAsync(ILedger ledger, CancellationToken cancellationToken)
    {
        var adopted = new HashSet<Guid>();
        await foreach (var one in ledger.ReadAsync(cancellationToken: cancellationToken))
        {
            if (one is { Type: RenderEvents.Adopted, RenderId: { } id })
                adopted.Add(id);
        }

        return adopted;
    }
}
