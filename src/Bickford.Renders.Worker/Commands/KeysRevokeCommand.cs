using System.CommandLine;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders keys revoke</c>: from then on it opens nothing, at any worker.</summary>
internal sealed class KeysRevokeCommand : Verb
{
    private readonly Argument<string> _key = new("ID") { Description = "The key's id, or the name of one that is not revoked; never the key itself" };

    public KeysRevokeCommand(CliEnvironment environment)
        : base(
            environment,
            "revoke",
            "Take a key back: from its next request on it opens nothing, at any worker",
            "renders keys revoke ci",
            "renders keys revoke 9f04f303a1b2")
    {
        Add(_key);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var asked = context.Parse.GetRequiredValue(_key);
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var keys = session.Get<IApiKeys>();
        var all = await keys.ListAsync(cancellationToken);
        var key = all.FirstOrDefault(one => one.Id == asked) ?? all.FirstOrDefault(one => one.Name == asked && one.RevokedAt is null)
            // What was asked for may be a key, and is not repeated.
            ?? throw new InputException("ID", "names no key; allowed: an id, or the name of a key that is not revoked; see 'renders keys list'");
        var revoked = await keys.RevokeAsync(key.Id, context.Environment.Clock.GetUtcNowMs(), cancellationToken);
        if (context.Terminal.AsJson)
            context.Terminal.Json(new { key.Id, key.Name, Revoked = revoked });
        else
            context.Terminal.Line(revoked ? $"The key {key.Id} of {SafeText.Markup(key.Name)} opens nothing any more." : $"The key {key.Id} of {SafeText.Markup(key.Name)} was revoked before.");
        return ExitCode.Ok;
    }
}
