using System.Diagnostics;
using System.Globalization;
using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Plants;
using Bickford.Renders.Simulation.Worlds;

// --seed N runs one world and prints its trace; --worlds N runs so many, beginning with --from (1).
if (Number("--seed") is { } seed)
    return Run(seed, 1, Console.Out);
if (args.Length is 0 or 2 or 4 && (args.Length == 0 || Number("--worlds") is not null))
    return Run(Number("--from") ?? 1, Number("--worlds") ?? 100, null);
Console.Error.WriteLine($"'{string.Join(' ', args)}' is not allowed; allowed: --seed N, or --worlds N [--from N], with whole numbers");
return 2;

ulong? Number(string name) =>
    Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length && ulong.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

static int Run(ulong first, ulong count, TextWriter? trace)
{
    var coverage = new Coverage();
    var watch = Stopwatch.StartNew();
    var broken = 0;
    // A thread of its own: nothing else may run between two happenings of a world.
    var thread = new Thread(() =>
    {
        for (var i = 0UL; i < count; i++)
        {
            using var world = new World(first + i, Plant.None, coverage, trace);
            var result = world.Run();
            if (!result.IsBroken)
                continue;
            broken++;
            Console.WriteLine($"seed {first + i}: {string.Join("\n   ", result.Problems)}");
        }
    });
    thread.UnsafeStart();
    thread.Join();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{count} worlds, {broken} broken, {watch.ElapsedMilliseconds / (double)count:0} ms each; {coverage.Total} faults struck, {coverage.NeverStruck.Count()} of {FaultTable.Cells.Count} kinds never"));
    return broken == 0 ? 0 : 1;
}
