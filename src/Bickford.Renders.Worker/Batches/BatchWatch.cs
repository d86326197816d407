using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bickford.Renders.Worker.Batches;

/// <summary>Waits for a batch and shows how it goes: a bar that is redrawn, or a line for every change where nobody watches.</summary>
internal sealed class BatchWatch(IRenderViews views, Terminal terminal, TimeProvider clock)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    /// <summary>Returns how it stands once none of its renders is open.</summary>
    public async Task<BatchSum> WaitAsync(string name, CancellationToken cancellationToken)
    {
        if (terminal.IsLive)
            return await terminal.Out.Live(new Text("")).StartAsync(live => FollowAsync(name, sum => live.UpdateTarget(Picture(sum)), cancellationToken));
        string? said = null;
        return await FollowAsync(
            name,
            sum =>
            {
                var line = $"{sum.Count - sum.Open} of {sum.Count} ended: {BatchText.Statuses(sum)}";
                if (line != said)
                    terminal.Line(said = line);
            },
            cancellationToken);
    }

    private async Task<BatchSum> FollowAsync(string name, Action<BatchSum> seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            var sum = await views.SumBatchAsync(name, cancellationToken) ?? throw new RenderNotFoundException(name);
            seen(sum);
            if (sum.Open == 0)
                return sum;
            await Task.Delay(s_tick, clock, cancellationToken);
        }
    }

    private Rows Picture(BatchSum sum) => new(BatchText.Lines(sum, terminal.Width, clock.GetUtcNow()).Select(line => (IRenderable)new Markup(line)));
}
