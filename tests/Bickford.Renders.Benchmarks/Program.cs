using System.Globalization;
using System.Text.Json;
using Bickford.Renders.Benchmarks;
using Bickford.Renders.IntegrationTests.Support;

string[] known = ["memory", "s3-memory", "load", "soak", "pages"];
if (args is [LoadHost.Name, var plan])
    return await LoadHost.RunAsync(JsonSerializer.Deserialize<LoadPlan>(plan)!);
var json = args.Contains("--json");
var name = args.FirstOrDefault(a => !a.StartsWith('-'));
if (name is null || !known.Contains(name))
{
    Console.Error.WriteLine($"benchmark: '{name}' is not one; there are: {string.Join(", ", known)}");
    Console.Error.WriteLine("  memory, s3-memory: --bytes N, --runs N");
    Console.Error.WriteLine("  load: --renders N, --requests-per-second N, --max-in-flight N, --db sqlite|postgres");
    Console.Error.WriteLine("  soak: --minutes M, --seed N, --db sqlite|postgres");
    Console.Error.WriteLine("  pages: --renders N, --runs N");
    Console.Error.WriteLine("  all: --json");
    return 2;
}

switch (name)
{
    case "memory":
        return await new MemoryBenchmark(name, targetMegabytes: 64, ceph: null).RunAsync(Number("--bytes", 1_000_000_000), (int)Number("--runs", 3), json);
    case "pages":
        return await new PagesBenchmark((int)Number("--renders", 100_000), (int)Number("--runs", 20)).RunAsync(json);
    case "s3-memory":
        await using (var ceph = new CephServer())
            return await new MemoryBenchmark(name, targetMegabytes: 100, ceph).RunAsync(Number("--bytes", 1_000_000_000), (int)Number("--runs", 3), json);
}

var db = Text("--db", "sqlite");
if (db is not ("sqlite" or "postgres"))
{
    Console.Error.WriteLine($"--db: '{db}' is not allowed; allowed: sqlite, postgres");
    return 2;
}

await using var server = db == "postgres" ? new PostgresServer() : null;
return name == "load"
    ? await new LoadBenchmark((int)Number("--renders", 10_000), (int)Number("--requests-per-second", 50), (int)Number("--max-in-flight", 0), server).RunAsync(json)
    : await new SoakBenchmark(TimeSpan.FromMinutes(double.Parse(Text("--minutes", "10"), CultureInfo.InvariantCulture)), server, (int)Number("--seed", 1)).RunAsync(json);

long Number(string option, long otherwise) => long.Parse(Text(option, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

string Text(string option, string otherwise)
{
    var at = Array.IndexOf(args, option);
    return at < 0 || at + 1 == args.Length ? otherwise : args[at + 1];
}
