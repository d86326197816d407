using Bickford.Renders.Data;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

/// <summary>How every database keeps programs' keys, and the workers' own.</summary>
public abstract class KeyContract : IAsyncLifetime
{
    private static readonly string Hash = new('a', 64);

    private IAsyncDisposable _owner = null!;
    private RenderDatabase _first = null!;
    private RenderDatabase _second = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IApiKeys Keys => _first.ApiKeys;

    public async ValueTask InitializeAsync() => (_owner, _first, _second) = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>One fresh database, opened twice, and what to dispose in the end.</summary>
    protected abstract Task<(IAsyncDisposable Owner, RenderDatabase First, RenderDatabase Second)> CreateAsync();

    [Fact]
    public async Task A_key_is_found_as_it_was_kept_by_every_worker()
    {
        var key = Key("a", "ci") with { Role = ApiKeyRole.Operator, ExpiresAt = TestRenders.Start.AddDays(90) };

        (await Keys.AddAsync(key, Cancellation)).ShouldBeTrue();

        (await Keys.FindAsync("a", Cancellation)).ShouldBe(key);
        (await _second.ApiKeys.FindAsync("a", Cancellation)).ShouldBe(key);
        (await Keys.FindAsync("A", Cancellation)).ShouldBeNull();
        (await Keys.FindAsync("a\0", Cancellation)).ShouldBeNull();
        (await Keys.FindAsync("", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_name_stands_for_one_key_until_that_is_revoked()
    {
        (await Keys.AddAsync(Key("a", "ci"), Cancellation)).ShouldBeTrue();
        (await Keys.AddAsync(Key("b", "ci"), Cancellation)).ShouldBeFalse();
        (await Keys.AddAsync(Key("a", "other"), Cancellation)).ShouldBeFalse("the id is taken");
        (await Keys.AddAsync(Key("c", "CI"), Cancellation)).ShouldBeTrue();
        await Keys.RevokeAsync("a", TestRenders.Start, Cancellation);

        (await Keys.AddAsync(Key("b", "ci"), Cancellation)).ShouldBeTrue();

        (await Keys.FindAsync("a", Cancellation))!.Name.ShouldBe("ci");
    }

    [Fact]
    public async Task Of_many_that_take_a_name_at_once_one_gets_it()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? _first : _second).ApiKeys.AddAsync(Key($"{i}", "ci"), Cancellation))));

        added.Count(it => it).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_revoked_once_and_stays_so()
    {
        await Keys.AddAsync(Key("a", "ci"), Cancellation);

        (await _second.ApiKeys.RevokeAsync("a", TestRenders.Start.AddHours(1), Cancellation)).ShouldBeTrue();
        (await Keys.RevokeAsync("a", TestRenders.Start.AddHours(2), Cancellation)).ShouldBeFalse();
        (await Keys.RevokeAsync("nobody", TestRenders.Start, Cancellation)).ShouldBeFalse();

        (await Keys.FindAsync("a", Cancellation))!.RevokedAt.ShouldBe(TestRenders.Start.AddHours(1));
    }

    [Fact]
    public async Task The_last_use_moves_forward_only()
    {
        await Keys.AddAsync(Key("a", "ci"), Cancellation);
        await Keys.NoteUseAsync("a", TestRenders.Start.AddMinutes(2), Cancellation);
        await Keys.NoteUseAsync("a", TestRenders.Start.AddMinutes(1), Cancellation);
        await Keys.NoteUseAsync("nobody", TestRenders.Start, Cancellation);

        (await Keys.FindAsync("a", Cancellation))!.LastUsedAt.ShouldBe(TestRenders.Start.AddMinutes(2));
    }

    [Fact]
    public async Task All_are_listed_the_newest_first_revoked_ones_too()
    {
        (await Keys.ListAsync(Cancellation)).ShouldBeEmpty();
        await Keys.AddAsync(Key("a", "first"), Cancellation);
        await Keys.AddAsync(Key("b", "second") with { CreatedAt = TestRenders.Start.AddDays(1) }, Cancellation);
        await Keys.RevokeAsync("a", TestRenders.Start, Cancellation);

        (await Keys.ListAsync(Cancellation)).Select(key => key.Name).ShouldBe(["second", "first"]);
    }

    [Fact]
    public async Task What_one_worker_seals_cookies_with_another_reads_in_the_order_it_was_made()
    {
        (await _first.PageKeys.ListAsync(Cancellation)).ShouldBeEmpty();
        await _first.PageKeys.AddAsync("key-1", "<one/>", Cancellation);
        await _second.PageKeys.AddAsync("key-2", "<two/>", Cancellation);
        await _second.PageKeys.AddAsync("key-1", "<other/>", Cancellation);

        (await _second.PageKeys.ListAsync(Cancellation)).ShouldBe(["<one/>", "<two/>"]);
    }

    private static ApiKey Key(string id, string name) => new(id, name, ApiKeyRole.Viewer, Hash, TestRenders.Start, null);
}
