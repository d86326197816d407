using Bickford.Renders.Data;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

/// <summary>How every database keeps where hooks stand.</summary>
public abstract class HookStoreContract : IAsyncLifetime
{
    private static readonly DeadLetter s_letter = new("billing", Guid.AllBitsSet, 2, "render.failed", 16, "answered 500", TestRenders.Start, TestRenders.Start);

    private IAsyncDisposable _owner = null!;
    private RenderDatabase _first = null!;
    private RenderDatabase _second = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IHookStore Hooks => _first.Hooks;

    public async ValueTask InitializeAsync() => (_owner, _first, _second) = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>One fresh database, opened twice, and what to dispose in the end.</summary>
    protected abstract Task<(IAsyncDisposable Owner, RenderDatabase First, RenderDatabase Second)> CreateAsync();

    [Fact]
    public async Task A_new_hook_begins_with_what_happens_from_now_on()
    {
        await RecordAsync(3);

        var begun = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? Hooks : _second.Hooks).BeginAsync("billing", Cancellation))));
        await RecordAsync(2);

        begun.Distinct().ShouldHaveSingleItem().ShouldBe(new HookState("billing", 3, 0, null, null, TestRenders.Start));
        (await Hooks.BeginAsync("billing", Cancellation)).Position.ShouldBe(3);
        (await Hooks.BeginAsync("archive", Cancellation)).Position.ShouldBe(5);
        (await _second.Hooks.ListAsync(Cancellation)).Select(hook => hook.Name).ShouldBe(["archive", "billing"]);
    }

    [Fact]
    public async Task Of_two_who_deliver_at_once_one_moves_the_hook_on()
    {
        await Hooks.BeginAsync("billing", Cancellation);
        await RecordAsync(2);

        (await Hooks.AdvanceAsync("billing", 0, 1, cancellationToken: Cancellation)).ShouldBeTrue();
        (await _second.Hooks.AdvanceAsync("billing", 0, 1, s_letter, Cancellation)).ShouldBeFalse();
        (await _second.Hooks.PostponeAsync("billing", 0, 1, TestRenders.Start, "answered 500", Cancellation)).ShouldBeFalse();

        (await Hooks.BeginAsync("billing", Cancellation)).ShouldBe(new HookState("billing", 1, 0, null, null, TestRenders.Start));
        (await Hooks.ListDeadLettersAsync(null, 0, 10, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_try_that_failed_is_kept_until_the_hook_moves_on()
    {
        await Hooks.BeginAsync("billing", Cancellation);
        var due = TestRenders.Start.AddSeconds(5);

        (await Hooks.PostponeAsync("billing", 0, 2, due, "answered 500\0", Cancellation)).ShouldBeTrue();
        var postponed = await _second.Hooks.BeginAsync("billing", Cancellation);
        (await Hooks.AdvanceAsync("billing", 0, 1, cancellationToken: Cancellation)).ShouldBeTrue();

        (postponed.Attempt, postponed.DueAt, postponed.Problem![..12]).ShouldBe((2, due, "answered 500"));
        var moved = await Hooks.BeginAsync("billing", Cancellation);
        (moved.Attempt, moved.DueAt, moved.Problem).ShouldBe((0, null, null));
    }

    [Fact]
    public async Task What_a_hook_gave_up_on_is_listed_in_the_order_of_the_ledger_until_it_arrives()
    {
        await Hooks.BeginAsync("billing", Cancellation);
        await Hooks.BeginAsync("archive", Cancellation);
        var other = s_letter with { Hook = "archive", EventId = Guid.CreateVersion7(TestRenders.Start), Seq = 1 };
        await Hooks.AdvanceAsync("billing", 0, 2, s_letter, Cancellation);
        await Hooks.AdvanceAsync("archive", 0, 1, other, Cancellation);

        (await _second.Hooks.ListDeadLettersAsync(null, 0, 10, Cancellation)).ShouldBe([other, s_letter]);
        (await Hooks.ListDeadLettersAsync(null, 1, 10, Cancellation)).ShouldBe([s_letter]);
        (await Hooks.ListDeadLettersAsync(null, 0, 1, Cancellation)).ShouldBe([other]);
        (await Hooks.ListDeadLettersAsync("billing", 0, 10, Cancellation)).ShouldBe([s_letter]);
        (await Hooks.FindDeadLettersAsync(s_letter.EventId, Cancellation)).ShouldBe([s_letter]);
        (await Hooks.CountDeadLettersAsync(Cancellation)).ShouldBe(new Dictionary<string, long> { ["archive"] = 1, ["billing"] = 1 }, ignoreOrder: true);

        await Hooks.NoteRetryAsync(s_letter, "answered 502", TestRenders.Start.AddHours(1), Cancellation);
        await Hooks.NoteRetryAsync(other, null, TestRenders.Start.AddHours(1), Cancellation);

        (await Hooks.ListDeadLettersAsync(null, 0, 10, Cancellation)).ShouldBe([s_letter with { Attempts = 17, Problem = "answered 502", LastTriedAt = TestRenders.Start.AddHours(1) }]);
    }

    [Fact]
    public async Task A_hook_is_sent_back_and_may_give_up_on_an_event_once_more()
    {
        await RecordAsync(2);
        (await Hooks.MoveAsync("billing", 0, Cancellation)).ShouldBeNull();
        await Hooks.BeginAsync("billing", Cancellation);

        (await Hooks.MoveAsync("billing", 0, Cancellation))!.Position.ShouldBe(0);
        await Hooks.AdvanceAsync("billing", 0, 2, s_letter, Cancellation);
        await Hooks.MoveAsync("billing", 0, Cancellation);
        await Hooks.AdvanceAsync("billing", 0, 2, s_letter with { Problem = "answered 400", Since = TestRenders.Start.AddDays(1) }, Cancellation);

        (await Hooks.ListDeadLettersAsync(null, 0, 10, Cancellation)).ShouldBe([s_letter with { Attempts = 32, Problem = "answered 400" }]);
        await Should.ThrowAsync<RenderRequestException>(async () => await Hooks.MoveAsync("billing", 3, Cancellation));
    }

    private async Task RecordAsync(int events)
    {
        for (var i = 0; i < events; i++)
            await _first.Ledger.RecordAsync("notes", "note", [], null, Cancellation);
    }
}
