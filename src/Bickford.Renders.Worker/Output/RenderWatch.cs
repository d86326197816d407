using Spectre.Console;

namespace Bickford.Renders.Worker.Output;

/// <summary>Waits for renders and shows how they go: a table that is redrawn, or a line for every change where nobody watches.</summary>
internal sealed class RenderWatch(IRenders renders, Terminal terminal, TimeProvider clock)
{
    private const int MostRows = 20;
    private const int StatusWidth = 17;
    private const int OtherColumns = 62;
    private const int MostLooksPerTick = 50;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns the renders as they ended, in the order given.</summary>
    /// <param name="started">The renders.</param>
    /// <param name="seen">Told about each render whenever it is read; for a caller whose wait is cut short.</param>
    /// <param name="cancellationToken">Stops waiting; the renders go on elsewhere.</param>
    public async Task<IReadOnlyList<Render>> WaitAsync(IReadOnlyList<Render> started, Action<Render>? seen, CancellationToken cancellationToken)
    {
        var rows = started.ToArray();
        if (!terminal.IsLive)
        {
            await FollowAsync(rows, (before, now) => Say(before, now, seen), () => { }, cancellationToken);
            return rows;
        }

        await terminal.Out.Live(Table(rows)).StartAsync(live => FollowAsync(
            rows,
            (_, now) => seen?.Invoke(now),
            () => live.UpdateTarget(Table(rows)),
            cancellationToken));
        return rows;
    }

    private async Task FollowAsync(Render[] rows, Action<Render, Render> changed, Action drawn, CancellationToken cancellationToken)
    {
        var next = 0;
        while (true)
        {
            // Few looks a tick, in turn: a thousand renders must not keep the database busy with being watched.
            var open = Enumerable.Range(0, rows.Length).Where(i => rows[i].Status.IsOpen()).ToArray();
            foreach (var i in open.Concat(open).Skip(open.Length == 0 ? 0 : next % open.Length).Take(Math.Min(open.Length, MostLooksPerTick)))
            {
                var now = await renders.GetAsync(rows[i].Id, cancellationToken) ?? throw new RenderNotFoundException(rows[i].Id.ToString());
                if (now.Version != rows[i].Version)
                    changed(rows[i], now);
                rows[i] = now;
            }

            next += MostLooksPerTick;
            drawn();
            if (!rows.Any(row => row.Status.IsOpen()))
                return;
            await Task.Delay(Tick, clock, cancellationToken);
        }
    }

    private void Say(Render before, Render now, Action<Render>? seen)
    {
        seen?.Invoke(now);
        if (StatusText.Word(before) != StatusText.Word(now))
            terminal.Line(SafeText.Markup($"{now.ShortId}  {StatusText.Word(now)}"));
    }

    private Table Table(Render[] rows)
    {
        var table = new Table().Border(TableBorder.None);
        table.AddColumn(new TableColumn("[grey]id[/]").NoWrap());
        table.AddColumn(new TableColumn("[grey]prompt[/]").NoWrap());
        table.AddColumn(new TableColumn("[grey]progress[/]").NoWrap());
        table.AddColumn(new TableColumn("[grey]status[/]").NoWrap().Width(StatusWidth));
        table.AddColumn(new TableColumn("[grey]time[/]").NoWrap().RightAligned());
        // Those that move come first; where there are too many, the rest is counted.
        Render[] shown = rows.Length <= MostRows ? rows : [.. rows.OrderBy(row => Rank(row.Status)).Take(MostRows)];
        foreach (var row in shown)
        {
            table.AddRow(
                $"[bold]{row.ShortId}[/]",
                SafeText.Cut(row.Prompt, Math.Max(12, terminal.Width - OtherColumns)).EscapeMarkup(),
                StatusText.Bar(row),
                StatusText.Markup(row),
                $"[grey]{HumanText.Span((row.FinishedAt ?? clock.GetUtcNow()) - row.CreatedAt)}[/]");
        }

        if (shown.Length < rows.Length)
            table.AddRow("", $"[grey]and {rows.Length - shown.Length} more[/]");
        return table.Caption($"[grey]{rows.Count(row => !row.Status.IsOpen())} of {rows.Length} done[/]");
    }

    private static int Rank(RenderStatus status) => status switch
    {
        RenderStatus.Storing => 0,
        RenderStatus.Rendering => 1,
        RenderStatus.Failed or RenderStatus.Parked => 2,
        RenderStatus.Queued => 3,
        _ => 4,
    };
}
