using System.CommandLine;
using System.CommandLine.Parsing;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Cli;

/// <summary>Says what is wrong with a command line: the field, what it held, what is allowed.</summary>
internal static class ParseErrors
{
    public static IReadOnlyList<SettingError> Describe(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var help = $"see '{(command is RootCommand ? "renders" : $"renders {string.Join(' ', PathOf(command))}")} --help'";
        // What follows a '=' may be a secret, of somebody who forgot --set.
        if (parse.UnmatchedTokens is [var token, ..] && token.Split('=')[0] is var word)
            return [new SettingError(word, $"'{word}' is not known here{Hint(command, word)}; {help}")];
        if (command.Subcommands.Count > 0)
            return [new SettingError("verb", $"verb: (none) is not allowed; allowed: {string.Join(", ", command.Subcommands.Select(verb => verb.Name))}; {help}")];
        return [.. parse.Errors.Select(error => Describe(error, help))];
    }

    private static SettingError Describe(ParseError error, string help) => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: > 0 } option => Refused(option, help),
        OptionResult option => new SettingError(option.Option.Name, $"{option.Option.Name}: (none) is not allowed; allowed: a value; {help}"),
        ArgumentResult { Parent: OptionResult { Tokens.Count: > 0 } option } => Refused(option, help),
        ArgumentResult argument => new SettingError(argument.Argument.Name, $"{argument.Argument.Name}: {error.Message.TrimEnd('.')}; {help}"),
        CommandResult => new SettingError("", $"{error.Message.TrimEnd('.')}; {help}"),
        _ => new SettingError("", $"{error.Message.TrimEnd('.')}; {help}"),
    };

    private static SettingError Refused(OptionResult option, string help)
    {
        var (name, type) = (option.Option.Name, option.Option.ValueType);
        var item = Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type;
        // Of several values the one that is none of the choices, else the last.
        var value = (item.IsEnum ? option.Tokens.FirstOrDefault(token => !Enum.GetNames(item).Contains(token.Value, StringComparer.OrdinalIgnoreCase)) : null)?.Value ?? option.Tokens[^1].Value;
        var allowed = item.IsEnum ? string.Join(", ", Enum.GetNames(item)) : item == typeof(int) || item == typeof(long) ? "a whole number" : "one value";
        return new SettingError(name, $"{name}: '{value}' is not allowed; allowed: {allowed}; {help}");
    }

    private static string Hint(Command command, string word) =>
        Suggestion.For(word, command.Children.Where(symbol => symbol is Command or Option).Select(symbol => symbol.Name)) is { } meant
            ? $"; did you mean {meant}?"
            : "";

    private static IEnumerable<string> PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand ? [.. PathOf(parent), command.Name] : [command.Name];
}
