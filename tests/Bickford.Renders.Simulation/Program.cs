using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Plants;
using Bickford.Renders.Simulation.Worlds;

var seed = ulong.Parse(args[0]);
var count = args.Length > 1 ? ulong.Parse(args[1]) : 1;
var coverage = new Coverage();
var watch = System.Diagnostics.Stopwatch.StartNew();
var broken = 0;
var thread = new Thread(() =>
{
for (var i = 0UL; i < count; i++)
{
    using var world = new World(seed + i, Plant.None, coverage, count == 1 ? Console.Out : null);
    var result = world.Run();
    if (result.IsBroken) { broken++; Console.WriteLine(result.About); Console.WriteLine($"seed {seed + i}: {string.Join("\n   ", result.Problems)}"); }
    if (count <= 20) Console.WriteLine($"{seed+i} hash {result.Hash:x} events {result.Events} took {result.Took} real {watch.ElapsedMilliseconds}");
}
});
thread.UnsafeStart(); thread.Join();
Console.WriteLine($"{count} worlds, {broken} broken, {watch.ElapsedMilliseconds / (double)count:0.0} ms each, faults {coverage.Total}, never {coverage.NeverStruck.Count()} of {FaultTable.Cells.Count}");
