using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Webhooks;

/// <summary>The hooks of the settings.</summary>
internal sealed class Hooks(IReadOnlyList<Hook> all, ILedger ledger, IHookStore store, IHookSender sender, TimeProvider clock) : IHooks
{
    public IReadOnlyList<Hook> All => all;

    public Task<HookAnswer> TestAsync(string hook, CancellationToken cancellationToken = default)
    {
        var now = clock.GetUtcNow();
        return sender.SendAsync(Find(hook), HookMessage.Test(Guid.CreateVersion7(now), now), cancellationToken);
    }

    public async Task<HookAnswer> RetryAsync(DeadLetter letter, CancellationToken cancellationToken = default)
    {
        var hook = Find(letter.Hook);
        var one = await ledger.ReadAsync(letter.Seq - 1, null, cancellationToken).FirstOrDefaultAsync(cancellationToken);
        if (one?.EventId != letter.EventId)
            throw new RenderRequestException("event_id", letter.EventId.ToString("D"), "the id of an event that is on the ledger; 'renders ledger verify' says what is wrong with it");
        var answer = await sender.SendAsync(hook, HookMessage.Of(one), cancellationToken);
        await store.NoteRetryAsync(letter, answer.Arrived ? null : answer.Text, clock.GetUtcNowMs(), cancellationToken);
        return answer;
    }

    private Hook Find(string name) => all.FirstOrDefault(hook => hook.Name == name)
        ?? throw new RenderRequestException("hook", name, all.Count == 0 ? "a hook that is set: none is; set Hooks:NAME:Url and Hooks:NAME:Secret" : $"a hook that is set: {string.Join(", ", all.Select(hook => hook.Name))}");
}
