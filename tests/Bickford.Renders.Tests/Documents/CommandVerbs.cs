using System.CommandLine;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Tests.Documents;

/// <summary>All verbs of the command line, those of verbs with a space between.</summary>
internal static class CommandVerbs
{
    public static IReadOnlySet<string> All() => Below(ShellCheck.Parse([]).RootCommandResult.Command, "").ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Below(Command command, string before) =>
        command.Subcommands.SelectMany(verb => Below(verb, $"{before}{verb.Name} ").Prepend(before + verb.Name));
}
