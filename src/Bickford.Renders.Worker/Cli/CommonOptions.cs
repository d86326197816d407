using System.CommandLine;

namespace Bickford.Renders.Worker.Cli;

/// <summary>Options that several verbs share.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json { get; } = new("--json") { Description = "Write one JSON value to standard output, for machines", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Write logs to standard error, and stack traces of unexpected faults", Recursive = true };

    public static Option<string?> SettingsFile { get; } = new("--settings")
    {
        Description = "The settings file; else RENDERS_SETTINGS, else the appsettings.json that came with the program",
        HelpName = "FILE",
    };

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "One setting for this run, such as --set Sora:BaseUrl=http://127.0.0.1:8100/v1; may be given often",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<bool> Wait { get; } = new("--wait") { Description = "Do the work in this process and wait until it is done" };

    public static Option<string?> Key { get; } = new("--key")
    {
        Description = "Idempotency key: the same key always names the same render",
        HelpName = "KEY",
    };

    /// <summary>Takes the names of the choices only: .NET would take their numbers, and several at once, too.</summary>
    public static Option<T[]> Named<T>(this Option<T[]> option)
        where T : struct, Enum
    {
        TakeNamesOnly<T>(option);
        return option;
    }

    /// <inheritdoc cref="Named{T}(Option{T[]})"/>
    public static Option<T?> Named<T>(this Option<T?> option)
        where T : struct, Enum
    {
        TakeNamesOnly<T>(option);
        return option;
    }

    private static void TakeNamesOnly<T>(Option option)
        where T : struct, Enum =>
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => !Enum.GetNames<T>().Contains(token.Value, StringComparer.OrdinalIgnoreCase)))
                result.AddError("not one of the choices");
        });

    public static Argument<string> Id { get; } = new("ID") { Description = "The render's id, or its unique ending (the last eight digits are what 'list' shows)" };
}
