namespace Bickford.Renders.Quartz;

/// <summary>The workers of one lane in this process, and who waits for one: the earliest in the order of <see cref="StepTriggers.OrderOf"/> is next. Safe for many threads.</summary>
/// <param name="workers">How many.</param>
internal sealed class NearbyLane(int workers)
{
    private readonly Lock _lock = new();
    private readonly SortedSet<Place> _line = [];
    private int _free = workers;
    private long _arrivals;

    /// <summary>Workers without a step.</summary>
    public int Free
    {
        get
        {
            lock (_lock)
                return _free;
        }
    }

    /// <summary>A place, whose turn may have come already.</summary>
    /// <param name="order">Earlier is first.</param>
    /// <param name="mostInLine">Null is returned where so many wait already.</param>
    public Place? TryEnter(DateTimeOffset order, int mostInLine = int.MaxValue)
    {
        lock (_lock)
        {
            if (_free == 0 && _line.Count >= mostInLine)
                return null;
            var place = new Place(this, order, _arrivals++);
            if (_free > 0)
            {
                _free--;
                place.Give();
            }
            else
            {
                _line.Add(place);
            }

            return place;
        }
    }

    private bool TryLeaveLine(Place place)
    {
        lock (_lock)
            return _line.Remove(place);
    }

    private void Return()
    {
        lock (_lock)
        {
            if (_line.Min is not { } next)
            {
                _free++;
                return;
            }

            _line.Remove(next);
            next.Give();
        }
    }

    /// <summary>A place in the line, and then a worker; disposed, it is the next one's.</summary>
    public sealed class Place(NearbyLane lane, DateTimeOffset order, long arrival) : IComparable<Place>, IDisposable
    {
        private readonly TaskCompletionSource _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _left;

        /// <summary>Waits for a worker; false when none was free before the wait was given up.</summary>
        public async Task<bool> HasTurnAsync(CancellationToken cancellationToken)
        {
            if (!_turn.Task.IsCompleted)
                await _turn.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Or it came at that very moment.
            return _turn.Task.IsCompleted || !(_left = lane.TryLeaveLine(this));
        }

        /// <inheritdoc/>
        public int CompareTo(Place? other) => other is null ? 1 : (order, arrival).CompareTo((other.Order, other.Arrival));

        private DateTimeOffset Order => order;

        private long Arrival => arrival;

        /// <summary>Its turn has come.</summary>
        public void Give() => _turn.SetResult();

        /// <inheritdoc/>
        public void Dispose()
        {
            if (!_left)
                lane.Return();
        }
    }
}
