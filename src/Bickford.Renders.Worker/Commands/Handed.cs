using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;
using Spectre.Console;

namespace Bickford.Renders.Worker.Commands;

/// <summary>What follows once renders are handed in: wait for them and tell how they ended, or tell who goes on.</summary>
internal sealed class Handed(CliContext context, IWorkerSession session)
{
    private readonly Terminal _terminal = context.Terminal;

    /// <param name="renders">The renders.</param>
    /// <param name="waits">The engine runs in this process; wait for the end.</param>
    /// <param name="asList">With JSON, an object with a list even for one render.</param>
    /// <param name="cancellationToken">Ctrl-C: the work is handed back.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> FinishAsync(IReadOnlyList<Render> renders, bool waits, bool asList, CancellationToken cancellationToken)
    {
        if (!waits)
        {
            Tell(renders, asList);
            return ExitCode.Ok;
        }

        var latest = renders.ToDictionary(render => render.Id);
        try
        {
            var ended = await new RenderWatch(session.Renders, _terminal, context.Environment.Clock).WaitAsync(renders, now => latest[now.Id] = now, cancellationToken);
            WriteJson(ended, asList);
            _terminal.Line();
            Outcome.Write(_terminal, ended);
            return ended.All(render => render.Status == RenderStatus.Completed) ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var open = latest.Values.Count(render => render.Status.IsOpen());
            WriteJson([.. renders.Select(render => latest[render.Id])], asList);
            _terminal.Error($"Stopped. {HumanText.Count(open, "render is", "renders are")} not done; nothing is lost. To go on: renders serve");
            return ExitCode.Interrupted;
        }
    }

    private void Tell(IReadOnlyList<Render> renders, bool asList)
    {
        WriteJson(renders, asList);
        foreach (var render in renders)
            _terminal.Line($"[bold]{render.ShortId}[/]  {StatusText.Markup(render)}  {SafeText.Cut(render.Prompt, 60).EscapeMarkup()}");
        if (renders.Any(render => render.Status.IsOpen()))
            _terminal.Line($"[grey]A running 'renders serve' picks {(renders.Count == 1 ? "it" : "them")} up. To look: renders list, renders show {renders[0].ShortId}[/]");
    }

    private void WriteJson(IReadOnlyList<Render> renders, bool asList)
    {
        if (!_terminal.AsJson)
            return;
        if (asList)
            _terminal.Json(new { Renders = renders.Select(RenderJson.Of) });
        else
            _terminal.Json(RenderJson.Of(renders[0]));
    }
}
