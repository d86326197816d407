using System.Globalization;
using Bickford.Renders.Benchmarks;
using Bickford.Renders.IntegrationTests.Support;

string[] known = ["memory", "s3-memory"];
var json = args.Contains("--json");
var name = args.FirstOrDefault(a => !a.StartsWith('-'));
if (name is null || !known.Contains(name))
{
    Console.Error.WriteLine($"benchmark: '{name}' is not one; there are: {string.Join(", ", known)} (options: --bytes N, --runs N, --json)");
    return 2;
}

var bytes = Number("--bytes", 1_000_000_000);
var runs = (int)Number("--runs", 3);
if (name == "memory")
    return await new MemoryBenchmark(name, targetMegabytes: 64, ceph: null).RunAsync(bytes, runs, json);
await using var ceph = new CephServer();
return await new MemoryBenchmark(name, targetMegabytes: 100, ceph).RunAsync(bytes, runs, json);

long Number(string option, long otherwise)
{
    var at = Array.IndexOf(args, option);
    return at < 0 || at + 1 == args.Length ? otherwise : long.Parse(args[at + 1], CultureInfo.InvariantCulture);
}
