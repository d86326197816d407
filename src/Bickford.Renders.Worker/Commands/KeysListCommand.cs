using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;
using Spectre.Console;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders keys list</c>: all there ever were, without the keys themselves.</summary>
internal sealed class KeysListCommand : Verb
{
    public KeysListCommand(CliEnvironment environment)
        : base(
            environment,
            "list",
            "List all keys there ever were, the newest first; never the keys themselves",
            "renders keys list",
            "renders keys list --json | jq -r '.keys[] | select(.state == \"good\") | .name'") => AddSettings();

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var (keys, now) = (await session.Get<IApiKeys>().ListAsync(cancellationToken), context.Environment.Clock.GetUtcNow());
        if (context.Terminal.AsJson)
            context.Terminal.Json(new { Keys = keys.Select(key => new { key.Id, key.Name, key.Role, State = KeyWords.State(key, now), key.CreatedAt, key.ExpiresAt, key.RevokedAt, key.LastUsedAt }) });
        else if (keys.Count == 0)
            context.Terminal.Line("No keys yet. To make one: renders keys create --name ci --role viewer");
        else
            context.Terminal.Out.Write(Table(keys, now));
        return ExitCode.Ok;
    }

    private static Table Table(IReadOnlyList<ApiKey> keys, DateTimeOffset now)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("ID", "Name", "Role", "State", "Made", "Ends", "Last used");
        foreach (var key in keys)
            table.AddRow(key.Id, SafeText.Markup(key.Name), KeyWords.Role(key.Role), KeyWords.State(key, now), HumanText.Time(key.CreatedAt), Time(key.RevokedAt ?? key.ExpiresAt), Time(key.LastUsedAt));
        return table;
    }

    private static string Time(DateTimeOffset? time) => time is { } t ? HumanText.Time(t) : "never";
}
