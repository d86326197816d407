using System.Diagnostics;
using Bickford.Renders.Simulation.Plants;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Runs;

/// <summary>Worlds of this process, one after the other.</summary>
internal static class WorldRun
{
    /// <summary>Runs one world and prints everything that happens in it.</summary>
    /// <returns>The exit code: 1 for a broken world.</returns>
    public static int One(RunOptions options)
    {
        var result = Run(options.Seed!.Value, options.Plant, options.Json ? null : Console.Out);
        if (options.Json)
            Console.WriteLine(WorldLine.Of(result));
        else
            Console.WriteLine(string.Join(Environment.NewLine, Report.Of(result)));
        return result.IsBroken ? 1 : 0;
    }

    /// <summary>Runs a part of many worlds and prints a line for each.</summary>
    public static int Part(RunOptions options)
    {
        var broken = 0;
        foreach (var seed in Seeds(options))
        {
            var result = Run(seed, options.Plant, null);
            Console.WriteLine(WorldLine.Of(result));
            broken += result.IsBroken ? 1 : 0;
        }

        return broken == 0 ? 0 : 1;
    }

    /// <summary>Looks for a bug that is known to be there.</summary>
    /// <returns>The exit code: 0 when it was found.</returns>
    public static int Hunt(RunOptions options)
    {
        var worlds = 0;
        foreach (var seed in Seeds(options))
        {
            worlds++;
            var result = Run(seed, options.Plant, null);
            if (!result.IsBroken)
                continue;
            // What broke is one of the numbered promises, and not the simulation itself.
            var isPromise = char.IsAsciiDigit(result.Problems[0][0]);
            Console.WriteLine($"{options.Plant.Name}: {(isPromise ? "found" : "no promise, but something else broke")} in world {worlds}, seed {seed}: {result.Problems[0].Split('\n')[0]}");
            return isPromise ? 0 : 1;
        }

        Console.WriteLine($"{options.Plant.Name}: not found in {worlds} worlds: {options.Plant.What}");
        return 1;
    }

    private static IEnumerable<ulong> Seeds(RunOptions options)
    {
        var watch = Stopwatch.StartNew();
        var end = options.Worlds is { } worlds ? options.From + worlds : ulong.MaxValue;
        for (var seed = options.From; seed < end && (options.Minutes is not { } minutes || watch.Elapsed.TotalMinutes < minutes); seed += options.Stride)
            yield return seed;
    }

    // A thread of its own: nothing else may run between two happenings of a world.
    private static WorldResult Run(ulong seed, Plant plant, TextWriter? trace)
    {
        WorldResult? result = null;
        var thread = new Thread(() =>
        {
            using var world = new World(seed, plant, trace);
            result = world.Run();
        });
        thread.UnsafeStart();
        thread.Join();
        return result!;
    }
}
