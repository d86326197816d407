using System.CommandLine;
using System.Text.RegularExpressions;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Tests.Documents;

/// <summary>What is wrong with a command that a page shows, as far as this repository can know: its own programs, scripts, settings and services.</summary>
internal static partial class ShellCheck
{
    private static readonly CliEnvironment s_environment = new()
    {
        In = TextReader.Null,
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        OutIsTerminal = false,
        Variables = new Dictionary<string, string>(),
        Clock = TimeProvider.System,
        Open = (_, _) => throw new InvalidOperationException("nothing runs here"),
    };

    private static readonly Lazy<string> s_compose = new(() => Repository.Read("docker-compose.yml"));

    /// <summary>Programs whose commands are looked at.</summary>
    public static bool Knows(ShellCommand command) => command.Words is ["renders" or "/app/renders", ..] or ["dotnet", "run", ..] or ["bash", ..] or ["docker", "compose", ..];

    public static IEnumerable<string> Problems(ShellCommand command)
    {
        foreach (var assignment in command.Assignments)
        {
            var at = assignment.IndexOf('=', StringComparison.Ordinal);
            if (assignment[..at].Contains("__", StringComparison.Ordinal) && Setting(assignment[..at].Split("__"), assignment[(at + 1)..]) is { } problem)
                yield return problem;
        }

        foreach (var problem in OfProgram(command.Words))
            yield return problem;
    }

    /// <summary>What is wrong with a setting's name and value; null for nothing.</summary>
    public static string? Setting(IReadOnlyList<string> path, string value)
    {
        // NAME__0 is an item of a list.
        var name = path.Count > 1 && int.TryParse(path[^1], out _) ? path.SkipLast(1).ToArray() : path;
        if (SettingCatalogue.Find([.. name]) is not { } found)
            return $"there is no setting {string.Join(':', path)}";
        var values = found.Key.Rule.IsList ? value.Split(',', StringSplitOptions.TrimEntries) : [value];
        return IsLeftOut(value) || values.All(found.Key.Rule.Accepts) ? null : $"{string.Join(':', path)} may not be '{value}': {found.Key.Rule.Allowed}";
    }

    /// <summary>What is wrong with arguments of <c>renders</c>.</summary>
    public static IEnumerable<string> Renders(IReadOnlyList<string> arguments)
    {
        // The program itself is spoken of.
        if (arguments is [] or ["VERB", ..])
            return [];
        // A number that the reader chooses stands there as a word.
        var parse = Parse([.. arguments.Select(word => Placeholder().IsMatch(word) ? "1" : word)]);
        var problems = parse.Errors.Count > 0 ? ParseErrors.Describe(parse).Select(error => error.Message) : [];
        return problems.Concat(arguments.SelectMany((word, i) => word == "--set" && i + 1 < arguments.Count && arguments[i + 1].Split('=', 2) is [var name, var value]
            && Setting(name.Split(':'), value) is { } wrong ? [wrong] : Array.Empty<string>()));
    }

    public static ParseResult Parse(IReadOnlyList<string> arguments) => CommandTree.Parse(arguments, s_environment);

    private static IEnumerable<string> OfProgram(IReadOnlyList<string> words) => words.ToArray() switch
    {
        ["renders" or "/app/renders", .. var arguments] => Renders(arguments),
        ["dotnet", "run", .. var options] => DotnetRun([.. options]),
        ["bash", var script, ..] when !script.StartsWith('-') && !Repository.Has(script) => [$"there is no {script}"],
        ["docker", "compose", .. var arguments] => Compose([.. arguments]),
        _ => [],
    };

    private static IEnumerable<string> DotnetRun(List<string> options)
    {
        var (project, end) = (options.IndexOf("--project") is >= 0 and var at ? options[at + 1] : "", options.IndexOf("--"));
        if (!Repository.Has(project) || project.Length == 0 || !Repository.FilesBelow(project, "*.csproj").Any())
            return [$"there is no project '{project}'"];
        IReadOnlyList<string> arguments = end < 0 ? [] : options[(end + 1)..];
        return project.EndsWith("Bickford.Renders.Worker", StringComparison.Ordinal) ? Renders(arguments) : Others(project, arguments);
    }

    /// <summary>Options and the first word of a program whose command line is its own matter: they stand in its source as they are.</summary>
    public static IEnumerable<string> Others(string project, IReadOnlyList<string> arguments)
    {
        var source = string.Concat(Repository.FilesBelow(project, "*.cs").Select(Repository.Read));
        return arguments.Where((word, i) => word != "NAME" && (i == 0 || word.StartsWith("--", StringComparison.Ordinal)) && !Regex.IsMatch(source, $"\"{Regex.Escape(word)}[\" ]"))
            .Select(word => $"{project} knows no '{word}'");
    }

    private static IEnumerable<string> Compose(List<string> arguments)
    {
        var compose = s_compose.Value;
        if (arguments.IndexOf("--profile") is >= 0 and var at && !Regex.IsMatch(compose, $@"profiles: \[.*\b{Regex.Escape(arguments[at + 1])}\b.*\]"))
            yield return $"no service has the profile {arguments[at + 1]}";
        if (arguments.FindIndex(word => word is "exec" or "run" or "logs" or "restart" or "stop" or "start" or "kill") is >= 0 and var verb
            && arguments.Skip(verb + 1).SkipWhile(word => word.StartsWith('-')).ToArray() is [var service, .. var command])
        {
            if (!Regex.IsMatch(compose, $@"^  {Regex.Escape(service)}:", RegexOptions.Multiline))
                yield return $"there is no service {service}";
            foreach (var problem in OfProgram(command))
                yield return problem;
        }
    }

    private static bool IsLeftOut(string value) => value.Contains('…', StringComparison.Ordinal) || value.Contains('$', StringComparison.Ordinal) || value.Contains("...", StringComparison.Ordinal);

    [GeneratedRegex("^(POSITION|VERSION|N)$")]
    private static partial Regex Placeholder();
}
