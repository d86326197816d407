using System.Runtime.CompilerServices;

namespace Bickford.Renders.Ledger;

/// <summary>Walks along all streams and the rows, both by stream.</summary>
/// <param name="heads">The rows.</param>
/// <param name="faults">Where faults go.</param>
internal sealed class ChainsVerifier(IAsyncEnumerator<LedgerHead> heads, LedgerFaults faults)
{
    private StreamVerifier? _stream;
    private bool _isBegun;
    private bool _hasHead;

    /// <summary>Events that were read.</summary>
    public long Events { get; private set; }

    /// <summary>Streams that they stand in.</summary>
    public long Streams { get; private set; }

    public async ValueTask NextAsync(EventPage page)
    {
        page.Check();
        for (var from = 0; (from = Along(page, from)) < page.Events.Length;)
            await OpenAsync(page.StreamName(page.Events[from]));
    }

    public async ValueTask NextAsync(LedgerItem item)
    {
        if (_stream?.Name != item.Stream)
            await OpenAsync(item.Stream);
        Events++;
        _stream!.Next(item);
    }

    public async ValueTask EndAsync()
    {
        _stream?.End();
        await BeginAsync();
        for (; _hasHead; _hasHead = await heads.MoveNextAsync())
            WithoutEvents(heads.Current);
    }

    // Takes the events of the open stream; where it ended.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Along(EventPage page, int from)
    {
        var events = page.Events;
        for (; _stream is not null && from < events.Length; from++)
        {
            ref readonly var e = ref events[from];
            if (e.Item is { } item)
            {
                if (item.Stream != _stream.Name)
                    break;
                _stream.Next(item);
            }
            else
            {
                if (!_stream.Has(page.Stream(e)))
                    break;
                _stream.Next(page, e);
            }

            Events++;
        }

        return from;
    }

    private async ValueTask OpenAsync(string name)
    {
        _stream?.End();
        Streams++;
        await BeginAsync();
        while (_hasHead && string.CompareOrdinal(heads.Current.Stream, name) < 0)
        {
            WithoutEvents(heads.Current);
            _hasHead = await heads.MoveNextAsync();
        }

        var own = _hasHead && heads.Current.Stream == name;
        _stream = new StreamVerifier(name, own ? heads.Current : null, faults);
        if (own)
            _hasHead = await heads.MoveNextAsync();
    }

    private async ValueTask BeginAsync()
    {
        if (_isBegun)
            return;
        _isBegun = true;
        _hasHead = await heads.MoveNextAsync();
    }

    private void WithoutEvents(LedgerHead head) =>
        faults.AddHole(0, long.MaxValue, head.Stream, "the row of this render is there, but none of its events");
}
