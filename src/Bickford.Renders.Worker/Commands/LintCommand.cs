using System.CommandLine;
using Bickford.Renders.Policies;
using Bickford.Renders.Queue;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders lint</c>: advice about prompts before they cost money.</summary>
internal sealed class LintCommand : Verb
{
    private readonly Argument<string?> _prompt = new("PROMPT") { Description = "The prompt to look at", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _prompts = new("--prompts") { Description = "A file with one prompt a line, or - for standard input", HelpName = "FILE" };
    private readonly Option<bool> _remix = new("--remix") { Description = "The prompt is for a remix: one single, well-defined change" };

    public LintCommand(CliEnvironment environment)
        : base(
            environment,
            "lint",
            "Say what a prompt lacks, and what providers usually refuse in it; advice only, and free",
            "renders lint \"A lighthouse in fog, slow drone shot\"",
            "renders lint --remix \"The same, at night\"",
            "renders lint --prompts prompts.txt --json")
    {
        Add(_prompt);
        Add(_prompts);
        Add(_remix);
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var prompts = await PromptsAsync(context, cancellationToken);
        var isRemix = context.Parse.GetValue(_remix);
        var looked = prompts.Select(prompt => (Prompt: prompt, Hints: PromptHints.Of(prompt.Text, isRemix))).ToList();
        if (context.Terminal.AsJson)
            context.Terminal.Json(new { Prompts = looked.Select(one => new { one.Prompt.Line, Prompt = one.Prompt.Text, one.Hints }) });
        else
            Write(context.Terminal, looked);
        // Advice is no failure: a script that wants one looks at the JSON.
        return ExitCode.Ok;
    }

    private static void Write(Terminal terminal, List<(PromptLine Prompt, IReadOnlyList<PromptHint> Hints)> looked)
    {
        foreach (var (prompt, hints) in looked)
        {
            if (looked.Count > 1)
                terminal.Line($"[bold]{(hints.Count == 0 ? "[green]✓[/]" : "[yellow]![/]")}[/] [grey]line {prompt.Line}[/]  {SafeText.Markup(SafeText.Cut(prompt.Text, 80))}");
            else if (hints.Count == 0)
                terminal.Line("[green]✓[/] It says shot, subject, action, setting and lighting, or is one change, and touches nothing that providers are known to refuse.");
            foreach (var hint in hints)
                terminal.Line($"  {Word(hint.Kind)} [bold]{hint.About,-11}[/] {SafeText.Markup(hint.Advice)}");
        }
    }

    private static string Word(HintKind kind) => kind switch
    {
        HintKind.Guardrail => "[red]refused?[/]",
        HintKind.TooMany => "[yellow]too many[/]",
        _ => "[yellow]lacks   [/]",
    };

    private async Task<IReadOnlyList<PromptLine>> PromptsAsync(CliContext context, CancellationToken cancellationToken)
    {
        var (prompt, file) = (context.Parse.GetValue(_prompt), context.Parse.GetValue(_prompts));
        switch (prompt, file)
        {
            case (null, null):
                throw new InputException("PROMPT", "is missing; allowed: a prompt in quotes, or --prompts FILE; see 'renders lint --help'");
            case (not null, not null):
                throw new InputException("--prompts", "cannot be given together with a prompt; allowed: one of the two");
            case (not null, null):
                RequestValidation.CheckPrompt(prompt);
                return [new PromptLine(1, prompt)];
            default:
                return await PromptFile.ReadAsync(file!, context.Environment.In, cancellationToken);
        }
    }
}
