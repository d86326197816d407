using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;

namespace Bickford.Renders.Worker.Commands;

/// <summary>A verb that acts on one render and may wait for what follows.</summary>
internal abstract class ActionVerb : Verb
{
    private const string Actor = "cli";
    private readonly bool _mayWait;

    protected ActionVerb(CliEnvironment environment, string name, string description, bool mayWait, params string[] examples)
        : base(environment, name, description, examples)
    {
        _mayWait = mayWait;
        Add(CommonOptions.Id);
        if (mayWait)
            Add(CommonOptions.Wait);
        AddSettings();
    }

    /// <summary>Does it.</summary>
    /// <param name="context">The arguments.</param>
    /// <param name="renders">The library call.</param>
    /// <param name="id">The render.</param>
    /// <param name="actor">Who does it, for the ledger.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The render that it is about from now on.</returns>
    protected abstract Task<Render> ActAsync(CliContext context, IRenders renders, Guid id, string actor, CancellationToken cancellationToken);

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var waits = _mayWait && context.Parse.GetValue(CommonOptions.Wait);
        await using var session = await context.OpenExistingAsync(waits ? SessionKind.Engine : SessionKind.Look, cancellationToken);
        var id = await ShortIds.ResolveAsync(session.Store, context.Parse.GetRequiredValue(CommonOptions.Id), cancellationToken);
        var render = await ActAsync(context, session.Renders, id, Actor, cancellationToken);
        // The engine starts after the act: one that is refused works on nothing.
        if (waits)
            await session.StartAsync(cancellationToken);
        return await new Handed(context, session).FinishAsync([render], waits, asList: false, cancellationToken);
    }
}
