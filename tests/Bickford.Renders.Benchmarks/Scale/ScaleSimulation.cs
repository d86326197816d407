namespace Bickford.Renders.Benchmarks.Scale;

/// <summary>What a simulated hour came to.</summary>
/// <param name="HandedIn">Renders a second.</param>
/// <param name="Completed">Renders a second.</param>
/// <param name="Use">Share of each station that was used.</param>
/// <param name="LateSeconds">What 99 of 100 renders took beyond the provider's own time and an idle system's, at most.</param>
internal sealed record ScaleResult(double HandedIn, double Completed, IReadOnlyDictionary<string, double> Use, double LateSeconds);

/// <summary>
/// Renders one by one through the chain: arrivals at random, queues before each station, a database for each share whose commits queue for its processors, a gate that gives out slots at even
/// distances, times of rendering that vary. The same seed gives the same.
/// </summary>
internal sealed class ScaleSimulation
{
    private readonly ScaleSize _size;
    private readonly Random _random;
    private readonly PriorityQueue<Action, (double At, long Order)> _agenda = new();
    private readonly Queues _slots;
    private readonly Queues _inFlight;
    private readonly Queues _creates;
    private readonly Queues _transfers;
    private readonly Queues _network;
    private readonly Queues _workers;
    private readonly Queues[] _databases;
    private readonly Queues[] _gates;
    private readonly List<double> _late = [];
    private double _now;
    private double _from;
    private double _to;
    private long _order;
    private int _handedIn;
    private int _completed;

    public ScaleSimulation(ScaleSize size, int seed)
    {
        (_size, _random) = (size, new Random(seed));
        _slots = new Queues(this, 1);
        _inFlight = new Queues(this, (int)size.InFlight);
        _creates = new Queues(this, size.Workers * size.ApiWorkers);
        _transfers = new Queues(this, size.Workers * size.TransferWorkers);
        _network = new Queues(this, size.Workers);
        _workers = new Queues(this, size.Workers * 2);
        _databases = [.. Enumerable.Range(0, size.Databases).Select(_ => new Queues(this, size.DatabaseCores))];
        _gates = [.. Enumerable.Range(0, size.Databases).Select(_ => new Queues(this, 1))];
    }

    /// <summary>Simulates.</summary>
    /// <param name="rate">Renders a second that are handed in.</param>
    /// <param name="seconds">How long is measured, after everything has settled.</param>
    public ScaleResult Run(double rate, double seconds)
    {
        _from = 1.5 * _size.RenderSeconds;
        _to = _from + seconds;
        void Arrive()
        {
            _handedIn += _now >= _from ? 1 : 0;
            new Walk(this).Begin();
            At(-Math.Log(1 - _random.NextDouble()) / rate, Arrive);
        }

        At(0, Arrive);
        while (_agenda.TryDequeue(out var happen, out var when) && when.At < _to)
        {
            _now = when.At;
            happen();
        }

        _now = _to;
        _late.Sort();
        var use = new Dictionary<string, double>
        {
            [ScaleModel.Requests] = _slots.Use,
            [ScaleModel.InFlight] = _inFlight.Use,
            [ScaleModel.Creates] = _creates.Use,
            [ScaleModel.Transfers] = _transfers.Use,
            [ScaleModel.Network] = _network.Use,
            [ScaleModel.WorkerCores] = _workers.Use,
            [ScaleModel.DatabaseCores] = _databases.Average(queues => queues.Use),
            [ScaleModel.Gate] = _gates.Average(queues => queues.Use),
        };
        return new ScaleResult(_handedIn / seconds, _completed / seconds, use, _late.Count == 0 ? double.PositiveInfinity : _late[(int)(_late.Count * 0.99)]);
    }

    private void At(double after, Action happen) => _agenda.Enqueue(happen, (_now + after, _order++));

    // Between half and twice, one on average: commits, steps and requests are not all alike.
    private double About(double mean) => mean * (0.5 + _random.NextDouble());

    /// <summary>One render's way.</summary>
    private sealed class Walk(ScaleSimulation world)
    {
        private readonly int _share = world._random.Next(world._size.Databases);
        private readonly double _began = world._now;
        private readonly double _rendering = world._size.RenderSeconds * (0.8 + 0.4 * world._random.NextDouble());

        // Enqueue 1 commit, create 3, looks 2, download 2, upload and record 2: ten.
        public void Begin() => Commits(1, () => world._inFlight.Take(Create));

        private void Create() => world._creates.Take(() => Work(() => Slot(first: false, Send)));

        private void Send() => Commits(3, () => world.At(world.About(ScaleCosts.CreateSeconds), Created));

        private void Created()
        {
            world._creates.Free();
            world.At(_rendering, () => Work(() => Commits(2, Rendered)));
        }

        private void Rendered()
        {
            world._inFlight.Free();
            // The create was one. What is beyond whole ones is the share of those that look by themselves.
            var requests = (int)ScaleCosts.Requests - 1;
            world._transfers.Take(() => Ask(requests + (world._random.NextDouble() < ScaleCosts.Requests % 1 ? 1 : 0)));
        }

        private void Ask(int requests)
        {
            if (requests > 0)
                Slot(first: true, () => Ask(requests - 1));
            else
                Download();
        }

        private void Download() => Commits(2, () => world.At(ScaleModel.TransferSeconds(world._size), Store));

        private void Store() => world._network.Hold(world._size.VideoBytes * 8 / world._size.LinkBitsPerSecond, () => Work(() => Commits(2, End)));

        private void End()
        {
            world._transfers.Free();
            if (world._now < world._from)
                return;
            world._completed++;
            world._late.Add(world._now - _began - _rendering - ScaleCosts.CreateSeconds - ScaleModel.TransferSeconds(world._size));
        }

        // What is done goes before what is new.
        private void Slot(bool first, Action then) =>
            world._gates[_share].Hold(ScaleCosts.GateSeconds, () => world._slots.Hold(60 / (world._size.RequestsPerMinute * 0.98), then, first), first);

        private void Work(Action then) => world._workers.Hold(world.About(ScaleCosts.WorkerSeconds / 3 / ScaleCosts.UsableShare), then);

        private void Commits(int count, Action then) =>
            world._databases[_share].Hold(world.About(ScaleCosts.DatabaseSeconds * count / ScaleCosts.Commits / ScaleCosts.UsableShare), then);
    }

    /// <summary>So many at once; who comes first goes first, and some before all others.</summary>
    private sealed class Queues(ScaleSimulation world, int servers)
    {
        private readonly Queue<Action> _waiting = new();
        private readonly Queue<Action> _first = new();
        private int _busy;
        private double _since;
        private double _used;

        public double Use
        {
            get
            {
                Note();
                return _used / servers / (world._to - world._from);
            }
        }

        public void Take(Action then, bool first = false)
        {
            if (_busy == servers)
            {
                (first ? _first : _waiting).Enqueue(then);
                return;
            }

            Note();
            _busy++;
            then();
        }

        public void Free()
        {
            Note();
            if (_first.TryDequeue(out var next) || _waiting.TryDequeue(out next))
                world.At(0, next);
            else
                _busy--;
        }

        public void Hold(double seconds, Action then, bool first = false) => Take(
            () => world.At(seconds, () =>
            {
                Free();
                then();
            }),
            first);

        private void Note()
        {
            var (from, to) = (Math.Max(_since, world._from), Math.Min(world._now, world._to));
            if (to > from)
                _used += _busy * (to - from);
            _since = world._now;
        }
    }
}
