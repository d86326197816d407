using System.CommandLine;
using System.Globalization;
using Bickford.Renders.Ports;
using Bickford.Renders.Webhooks;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders hooks retry</c>: sends dead letters again, now, from this machine.</summary>
internal sealed class HooksRetryCommand : Verb
{
    private const int Page = 100;

    // A receiver that is away still is for the next one.
    private const int MostUnanswered = 3;

    private readonly Argument<string?> _event = new("EVENT_ID") { Description = "The event, as 'renders hooks list' shows it", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _all = new("--all") { Description = "All dead letters, in the order of the ledger" };
    private readonly Option<string?> _hook = new("--hook") { Description = "Only those of this hook", HelpName = "NAME" };

    public HooksRetryCommand(CliEnvironment environment)
        : base(
            environment,
            "retry",
            "Send dead letters again, once, from this machine; what arrives is off the list",
            "renders hooks retry 018f6b1e-7d2a-7c3e-9a31-5f0c9d2e4b7a",
            "renders hooks retry --all --hook billing")
    {
        Add(_event);
        Add(_all);
        Add(_hook);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var (text, all, hook) = (context.Parse.GetValue(_event), context.Parse.GetValue(_all), context.Parse.GetValue(_hook)?.ToLowerInvariant());
        if (all == (text is not null))
            throw new InputException("EVENT_ID", $"{(all ? "is not allowed together with --all" : "is missing")}; allowed: the id of an event, or --all; see 'renders hooks list'");
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var (store, hooks) = (session.Get<IHookStore>(), session.Get<IHooks>());
        var letters = text is null ? AllAsync(store, hook, cancellationToken) : (await FindAsync(store, text, hook, cancellationToken)).ToAsyncEnumerable();

        var tried = new List<(DeadLetter Letter, HookAnswer Answer)>();
        var unanswered = 0;
        await foreach (var letter in letters)
        {
            var answer = await hooks.RetryAsync(letter, cancellationToken);
            tried.Add((letter, answer));
            if (!context.Terminal.AsJson)
                context.Terminal.Line($"{letter.EventId:D}  {SafeText.Markup(letter.Hook)}  {SafeText.Markup(letter.Type)}  {(answer.Arrived ? "[green]arrived[/]" : $"[red]{SafeText.Markup(answer.Text)}[/]")}");
            unanswered = answer.Status is null ? unanswered + 1 : 0;
            if (unanswered == MostUnanswered)
                break;
        }

        var arrived = tried.Count(one => one.Answer.Arrived);
        if (context.Terminal.AsJson)
            context.Terminal.Json(new { Tried = tried.Select(one => new { one.Letter.EventId, one.Letter.Hook, one.Answer.Arrived, one.Answer.Status, Problem = one.Answer.Arrived ? null : one.Answer.Text }), Arrived = arrived, Failed = tried.Count - arrived });
        else
            context.Terminal.Line(tried.Count == 0
                ? "There are no dead letters."
                : string.Create(CultureInfo.InvariantCulture, $"{arrived} of {tried.Count} arrived{(unanswered == MostUnanswered ? "; stopped, because there is no answer" : "")}."));
        return arrived == tried.Count ? ExitCode.Ok : ExitCode.Failed;
    }

    // By position, so that none is tried twice in a run; of one position all hooks' come with it, or with the next page.
    private static async IAsyncEnumerable<DeadLetter> AllAsync(IHookStore store, string? hook, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0L;
        while (true)
        {
            var page = await store.ListDeadLettersAsync(hook, after, Page, cancellationToken);
            foreach (var position in page.Select(letter => letter.Seq).Distinct())
            {
                foreach (var letter in (await store.FindDeadLettersAsync(page.First(one => one.Seq == position).EventId, cancellationToken)).Where(one => hook is null || one.Hook == hook))
                    yield return letter;
            }

            if (page.Count < Page)
                yield break;
            after = page[^1].Seq;
        }
    }

    private static async Task<IReadOnlyList<DeadLetter>> FindAsync(IHookStore store, string text, string? hook, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(text, out var id))
            throw new InputException("EVENT_ID", $"'{SafeText.Cut(text, 60)}' is not allowed; allowed: a whole id as 'renders hooks list' shows it, or --all");
        var letters = await store.FindDeadLettersAsync(id, cancellationToken);
        letters = [.. letters.Where(letter => hook is null || letter.Hook == hook)];
        return letters.Count > 0 ? letters : throw new InputException("EVENT_ID", $"'{id:D}' is no dead letter{(hook is null ? "" : $" of {SafeText.Cut(hook, 60)}")}; see 'renders hooks list' for those there are");
    }
}
