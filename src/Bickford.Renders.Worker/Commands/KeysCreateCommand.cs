using System.CommandLine;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Doors;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders keys create</c>: shows the new key, once.</summary>
internal sealed partial class KeysCreateCommand : Verb
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3650);

    private readonly Option<string> _name = new("--name") { Description = "Whose it is; the ledger says key:NAME", HelpName = "NAME", Required = true };
    private readonly Option<string> _role = new("--role") { Description = "viewer sees everything and changes nothing; operator may do everything", HelpName = "viewer|operator", Required = true };
    private readonly Option<string?> _expires = new("--expires") { Description = "After this time it opens nothing, such as 90d; else never", HelpName = "TIME" };

    public KeysCreateCommand(CliEnvironment environment)
        : base(
            environment,
            "create",
            "Make a key and show it, once: only its SHA-256 is kept",
            "renders keys create --name ci --role operator --expires 90d",
            "renders keys create --name grafana --role viewer",
            "renders keys create --name ci --role operator --json | jq -r .key > ci.key")
    {
        foreach (var option in new Option[] { _name, _role, _expires })
            Add(option);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var now = context.Environment.Clock.GetUtcNowMs();
        var (name, role, expires) = (NameOf(context.Parse), RoleOf(context.Parse), ExpiryOf(context.Parse));
        var (id, text) = ApiKeyText.Make(RandomNumberGenerator.GetBytes(ApiKeyText.RandomBytes));
        var key = new ApiKey(id, name, role, ApiKeyText.Sha256(text), now, now + expires);

        await using var session = context.Open(SessionKind.Look);
        await session.PrepareAsync(cancellationToken);
        if (!await session.Get<IApiKeys>().AddAsync(key, cancellationToken))
            throw new InputException("--name", $"'{name}' is the name of a key that is not revoked; allowed: another name, or 'renders keys revoke {name}' first");
        var terminal = context.Terminal;
        if (terminal.AsJson)
        {
            terminal.Json(new { key.Id, key.Name, key.Role, Key = text, key.CreatedAt, key.ExpiresAt });
            return ExitCode.Ok;
        }

        terminal.Line(text);
        terminal.Line($"[grey]The key of {SafeText.Markup(name)}, {KeyWords.Role(role)}, {(key.ExpiresAt is { } end ? $"until {HumanText.Time(end)}" : "until it is revoked")}. It is not shown again: put it away now.[/]");
        terminal.Line("[grey]To use it: curl -H \"Authorization: Bearer brk_…\" http://127.0.0.1:8090/api/renders[/]");
        return ExitCode.Ok;
    }

    private string NameOf(ParseResult parse)
    {
        var name = parse.GetRequiredValue(_name);
        return NameForm().IsMatch(name) ? name : throw new InputException("--name", $"'{SafeText.Cut(name, 60)}' is not allowed; allowed: 1 to 60 letters, digits, '.', '-' and '_'");
    }

    private ApiKeyRole RoleOf(ParseResult parse)
    {
        var role = parse.GetRequiredValue(_role);
        return role.ToUpperInvariant() switch
        {
            "VIEWER" => ApiKeyRole.Viewer,
            "OPERATOR" => ApiKeyRole.Operator,
            _ => throw new InputException("--role", $"'{SafeText.Cut(role, 60)}' is not allowed; allowed: viewer, operator"),
        };
    }

    private TimeSpan? ExpiryOf(ParseResult parse)
    {
        if (parse.GetValue(_expires) is not { } text)
            return null;
        return DurationText.TryParse(text, out var time) && time >= s_shortest && time <= s_longest
            ? time
            : throw new InputException("--expires", $"'{SafeText.Cut(text, 60)}' is not allowed; allowed: a time from {DurationText.Short(s_shortest)} to {DurationText.Short(s_longest)}, such as 90d");
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,60}\\z")]
    private static partial Regex NameForm();
}
