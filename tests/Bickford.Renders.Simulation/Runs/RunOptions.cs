using System.CommandLine;
using Bickford.Renders.Simulation.Plants;

namespace Bickford.Renders.Simulation.Runs;

/// <summary>What is asked for on the command line.</summary>
internal sealed record RunOptions
{
    /// <summary>The one world that is to be run with its trace; null for many.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The first seed of many.</summary>
    public required ulong From { get; init; }

    /// <summary>How many worlds; null where only the time says when to end.</summary>
    public ulong? Worlds { get; init; }

    /// <summary>From one seed to the next: a part of a run takes every n-th.</summary>
    public required ulong Stride { get; init; }

    /// <summary>No world begins after so many minutes; null for no limit.</summary>
    public double? Minutes { get; init; }

    /// <summary>Processes at once: a world needs one for itself.</summary>
    public required int Processes { get; init; }

    /// <summary>The bug that is planted.</summary>
    public required Plant Plant { get; init; }

    /// <summary>Fails unless every fault of the table was struck.</summary>
    public required bool Cover { get; init; }

    /// <summary>A line of JSON for each world, and nothing else.</summary>
    public required bool Json { get; init; }

    /// <summary>Reads the command line and calls <paramref name="run"/>; answers 2 with one line for what is not allowed.</summary>
    public static int Read(string[] args, Func<RunOptions, int> run)
    {
        var seed = new Option<ulong?>("--seed") { Description = "Runs this one world and prints everything that happens in it." };
        var worlds = new Option<ulong?>("--worlds") { Description = "Runs so many worlds; 100 if nothing else is said, 500 with --plant." };
        var from = new Option<ulong?>("--from") { Description = "The first seed; 1 if nothing else is said." };
        var minutes = new Option<double?>("--minutes") { Description = "Begins no world after so many minutes." };
        var processes = new Option<int?>("--processes") { Description = "Processes at once; one for each processor if nothing else is said." };
        var plant = new Option<string>("--plant") { Description = $"Plants a known bug, and ends with success when it is found: {string.Join(", ", Plant.All.Select(p => p.Name))}." };
        var cover = new Option<bool>("--cover") { Description = "Fails unless each fault of the table struck in some world." };
        var json = new Option<bool>("--json") { Description = "Prints a line of JSON for each world." };
        var stride = new Option<ulong?>("--stride") { Hidden = true };

        var root = new RootCommand("Runs whole worlds of workers, provider, database and store in virtual time, lets everything go wrong, and checks the seven promises.")
        {
            seed, worlds, from, minutes, processes, plant, cover, json, stride,
        };
        root.Validators.Add(result =>
        {
            Refuse(result.GetValue(worlds) == 0, "--worlds", "0", "1 or more");
            Refuse(result.GetValue(minutes) is { } m && !(m is > 0 and <= 10_000), "--minutes", $"{result.GetValue(minutes)}", "more than 0, up to 10000");
            Refuse(result.GetValue(processes) is < 1 or > 64, "--processes", $"{result.GetValue(processes)}", "1 to 64");
            Refuse(result.GetValue(stride) == 0, "--stride", "0", "1 or more");
            Refuse(result.GetValue(plant) is { } name && Plant.Find(name) is null, "--plant", result.GetValue(plant), string.Join(", ", Plant.All.Select(p => p.Name)));
            Refuse(result.GetResult(seed) is not null && result.GetResult(worlds) is not null, "--seed", $"{result.GetValue(seed)}", "without --worlds");

            void Refuse(bool wrong, string option, string? value, string allowed)
            {
                if (wrong)
                    result.AddError($"{option} '{value}' is not allowed; allowed: {allowed}");
            }
        });
        root.SetAction(result => run(new RunOptions
        {
            Seed = result.GetValue(seed),
            From = result.GetValue(from) ?? 1,
            Worlds = result.GetValue(worlds) ?? (result.GetValue(plant) is not null ? 500UL : result.GetValue(minutes) is null ? 100UL : null),
            Stride = result.GetValue(stride) ?? 1,
            Minutes = result.GetValue(minutes),
            Processes = result.GetValue(processes) ?? Environment.ProcessorCount,
            Plant = result.GetValue(plant) is { } name ? Plant.Find(name)! : Plant.None,
            Cover = result.GetValue(cover),
            Json = result.GetValue(json),
        }));

        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0)
            return parsed.Invoke();
        foreach (var error in parsed.Errors)
            Console.Error.WriteLine(error.Message);
        return 2;
    }
}
