using System.CommandLine;
using Bickford.Renders.Policies;
using Bickford.Renders.Queue;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders render</c>: hands in one prompt, or a file of them.</summary>
internal sealed class RenderCommand : Verb
{
    private readonly Argument<string?> _prompt = new("PROMPT") { Description = "What to show: 1 to 32,000 characters", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _prompts = new("--prompts") { Description = "A file with one prompt a line, or - for standard input; blank lines and lines with # are skipped", HelpName = "FILE" };
    private readonly Option<string?> _model = new("--model") { Description = "A model of the catalogue; else Sora:DefaultModel", HelpName = "NAME" };
    private readonly Option<RenderIntent?> _intent = new Option<RenderIntent?>("--intent") { Description = "In the place of a model: what it is for, by which the settings choose (Intents:*)", HelpName = string.Join('|', Enum.GetNames<RenderIntent>()) }.Named();
    private readonly Option<string?> _size = new("--size") { Description = "Width x height in pixels; else the model's first size", HelpName = "WxH" };
    private readonly Option<int?> _seconds = new("--seconds") { Description = "Length of the clip; else the model's first choice", HelpName = "N" };
    private readonly Option<string?> _reference = new("--reference") { Description = "An image to begin with: jpeg, png or webp, of exactly the clip's pixel size unless --fit says otherwise", HelpName = "FILE" };
    private readonly Option<ReferenceFit[]> _fit = new Option<ReferenceFit[]>("--fit") { Description = "What to do with an image of another size: crop what sticks out, pad with black, or none, which refuses it", HelpName = "crop|pad|none" }.Named();
    private readonly Option<string[]> _tags = new("--tag") { Description = "A label for filters and costs; may be given often", HelpName = "TAG" };
    private readonly Option<int> _priority = new("--priority") { Description = "Higher goes first where renders wait for room: -100 to 100", HelpName = "N" };

    private readonly Option<bool> _keep = new("--keep") { Description = "Clean-up leaves its stored files alone for ever" };

    public RenderCommand(CliEnvironment environment)
        : base(
            environment,
            "render",
            "Render a prompt, or every prompt of a file",
            "renders render \"A lighthouse in fog, slow drone shot\" --wait",
            "renders render \"A red kite\" --model sora-2-pro --size 1792x1024 --seconds 8",
            "renders render \"A red kite\" --intent Draft",
            "renders render \"She turns around\" --reference frame.png --fit crop --size 1280x720 --tag trailer",
            "renders render --prompts prompts.txt --key batch-7 --wait",
            "cat prompts.txt | renders render --prompts - --json")
    {
        Add(_prompt);
        foreach (var option in new Option[] { _prompts, _model, _intent, _size, _seconds, _reference, _fit, _tags, _priority, _keep, CommonOptions.Key, CommonOptions.Wait })
            Add(option);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var prompts = await PromptsAsync(context, cancellationToken);
        var waits = context.Parse.GetValue(CommonOptions.Wait);
        await using var session = context.Open(waits ? SessionKind.Engine : SessionKind.Look);
        var requests = prompts.Select(prompt => Request(context.Parse, prompt)).ToArray();
        var keys = prompts.Select(prompt => Key(context.Parse, prompt)).ToArray();
        // All of them before the first is written: a file with one bad line hands in nothing.
        for (var i = 0; i < requests.Length; i++)
            Check(requests[i], keys[i], prompts[i], session.Options);

        await session.PrepareAsync(cancellationToken);
        if (waits)
            await session.StartAsync(cancellationToken);
        var accepted = new List<Render>();
        for (var i = 0; i < requests.Length; i++)
            accepted.Add(await session.Renders.EnqueueAsync(requests[i], keys[i], cancellationToken));
        return await new Handed(context, session).FinishAsync(accepted, waits, asList: FromFile(context.Parse), cancellationToken);
    }

    private bool FromFile(ParseResult parse) => parse.GetValue(_prompts) is not null;

    private async Task<IReadOnlyList<PromptLine>> PromptsAsync(CliContext context, CancellationToken cancellationToken)
    {
        var (prompt, file) = (context.Parse.GetValue(_prompt), context.Parse.GetValue(_prompts));
        return (prompt, file) switch
        {
            (null, null) => throw new InputException("PROMPT", "is missing; allowed: a prompt in quotes, or --prompts FILE; see 'renders render --help'"),
            (not null, not null) => throw new InputException("--prompts", "cannot be given together with a prompt; allowed: one of the two"),
            (not null, null) => [new PromptLine(0, prompt)],
            (null, not null) => await PromptFile.ReadAsync(file, context.Environment.In, cancellationToken),
        };
    }

    private RenderRequest Request(ParseResult parse, PromptLine prompt) => new(prompt.Text)
    {
        Model = parse.GetValue(_model),
        Intent = parse.GetValue(_intent),
        Size = parse.GetValue(_size),
        Seconds = parse.GetValue(_seconds),
        Reference = parse.GetValue(_reference) is { } path ? ReferenceImage.FromFile(path) with { Fit = Fit(parse) } : null,
        Tags = parse.GetValue(_tags) ?? [],
        Priority = parse.GetValue(_priority),
        Keep = parse.GetValue(_keep),
    };

    private ReferenceFit Fit(ParseResult parse) => parse.GetValue(_fit) is { Length: > 0 } named ? named[^1] : ReferenceFit.None;

    // Each line has a key of its own, so that a file may be handed in again after a crash.
    private static string? Key(ParseResult parse, PromptLine prompt) => parse.GetValue(CommonOptions.Key) switch
    {
        { } key when prompt.Line > 0 => FormattableString.Invariant($"{key}/{prompt.Line}"),
        var key => key,
    };

    private static void Check(RenderRequest request, string? key, PromptLine prompt, RenderOptions options)
    {
        try
        {
            RequestValidation.Check(RenderDecision.For(request, new SettingsPolicy(options)).Request, options);
            RequestValidation.CheckKey(key);
        }
        catch (RenderRequestException e) when (prompt.Line > 0)
        {
            throw new InputException($"--prompts line {prompt.Line}", e.Message);
        }
    }
}
