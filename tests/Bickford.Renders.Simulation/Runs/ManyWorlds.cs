using System.Diagnostics;
using System.Globalization;
using Bickford.Renders.Simulation.Faults;

namespace Bickford.Renders.Simulation.Runs;

/// <summary>Many worlds over some processes, because a world needs the threads of a process for itself: each takes every n-th seed and tells a line for each world.</summary>
internal sealed class ManyWorlds(RunOptions options)
{
    private const int MostTraces = 2;
    private const int MostAimed = 100;
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Coverage _coverage = new();
    private readonly List<WorldLine> _broken = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _told;
    private ulong _done;

    /// <summary>Runs them all.</summary>
    /// <returns>The exit code: 0 when every promise held in every world, and all faults struck if that was asked for.</returns>
    public int Run()
    {
        var parts = Enumerable.Range(0, options.Processes).Select(part => Start(ArgumentsOf((ulong)part))).ToList();
        var readers = parts.ConvertAll(part => new Thread(() => Read(part)));
        readers.ForEach(reader => reader.Start());
        readers.ForEach(reader => reader.Join());
        parts.ForEach(part => part.WaitForExit());
        if (options.Cover)
            AimAtTheRest();
        var died = parts.Count(part => part.ExitCode is not (0 or 1));
        if (!options.Json)
            Tell();
        foreach (var world in _broken.OrderBy(world => world.Seed).Take(MostTraces))
            PrintTrace(world.Seed);
        if (died > 0)
            Console.Error.WriteLine($"{died} of {parts.Count} processes ended before their worlds did");
        var incomplete = options.Cover && _coverage.NeverStruck.Any();
        return _broken.Count == 0 && died == 0 && !incomplete ? 0 : 1;
    }

    // Chance may have left out a few kinds of fault: some more worlds, of those that aim at them.
    private void AimAtTheRest()
    {
        var seed = options.From + (options.Worlds ?? _done);
        for (var worlds = 0; worlds < MostAimed && _coverage.NeverStruck.ToHashSet() is { Count: > 0 } never; seed++)
        {
            if (!Aims.Of(seed).Any(never.Contains))
                continue;
            worlds++;
            using var one = Start(["--seed", Text(seed), "--json"]);
            Read(one);
            one.WaitForExit();
        }
    }

    private void Read(Process part)
    {
        while (part.StandardOutput.ReadLine() is { } line)
        {
            var world = WorldLine.Parse(line);
            lock (_lock)
                Take(world, line);
        }
    }

    private void Take(WorldLine world, string line)
    {
        _done++;
        _coverage.Add(world.Struck);
        if (world.IsBroken)
            _broken.Add(world);
        if (options.Json)
        {
            Console.WriteLine(line);
            return;
        }

        if (world.IsBroken)
            Console.WriteLine(string.Join(Environment.NewLine, Report.Of(world)));
        if (_watch.Elapsed - _told < TellEvery)
            return;
        _told = _watch.Elapsed;
        Console.WriteLine(Progress());
    }

    private void Tell()
    {
        Console.WriteLine(Progress());
        foreach (var line in _coverage.Table())
            Console.WriteLine(line);
        var never = _coverage.NeverStruck.ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_coverage.Total} faults of {FaultTable.Cells.Count} kinds struck{(never.Count == 0 ? ", all of them at least once" : $"; {never.Count} kinds never:")}"));
        foreach (var cell in never)
            Console.WriteLine($"  {cell}");
        Console.WriteLine(_broken.Count == 0
            ? $"every promise held in {_done} worlds"
            : $"BROKEN in {_broken.Count} of {_done} worlds: seeds {string.Join(", ", _broken.Select(world => world.Seed).Order().Take(20))}; --seed N replays one");
    }

    private string Progress() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_watch.Elapsed:hh\\:mm\\:ss}  {_done}{(options.Worlds is { } worlds ? $" of {worlds}" : "")} worlds, {_done / _watch.Elapsed.TotalSeconds:0.0} a second, {_broken.Count} broken; {_coverage.StruckCells} of {FaultTable.Cells.Count} kinds of fault struck");

    private void PrintTrace(ulong seed)
    {
        using var replay = Start(["--seed", Text(seed)]);
        while (!options.Json && replay.StandardOutput.ReadLine() is { } line)
            Console.WriteLine(line);
        replay.WaitForExit();
    }

    private List<string> ArgumentsOf(ulong part)
    {
        List<string> arguments = ["--from", Text(options.From + part), "--stride", Text((ulong)options.Processes), "--processes", "1", "--json"];
        if (options.Worlds is { } worlds)
            arguments.AddRange(["--worlds", Text(worlds > part ? worlds - part : 0)]);
        if (options.Minutes is { } minutes)
            arguments.AddRange(["--minutes", minutes.ToString(CultureInfo.InvariantCulture)]);
        return arguments;
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        return Process.Start(new ProcessStartInfo(program, isHost ? [typeof(ManyWorlds).Assembly.Location, .. arguments] : arguments) { RedirectStandardOutput = true })!;
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
