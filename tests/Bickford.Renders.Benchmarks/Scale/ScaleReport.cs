using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Bickford.Renders.Benchmarks.Scale;

/// <summary>The table of ops/scale.md: what each size takes, what is full first, and what the simulation says of its busiest hour.</summary>
internal static class ScaleReport
{
    private const int Seed = 1;

    /// <summary>The busiest hour of each size, simulated; long enough that chance matters little.</summary>
    public static Lazy<IReadOnlyDictionary<ScaleSize, ScaleResult>> Simulated { get; } = new(() => ScaleSize.All.ToDictionary(
        size => size, size => new ScaleSimulation(size, Seed).Run(size.PeakRate, Math.Max(30, 2_000 / size.PeakRate))));

    /// <summary>Prints it.</summary>
    public static int Run(bool json)
    {
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(Rows().Select(row => new { figure = row.Name, sizes = ScaleSize.All.Zip(row.Cells, (size, cell) => new { size = size.Name, value = cell }) })));
        else
            Console.Write(Table());
        return 0;
    }

    /// <summary>As Markdown.</summary>
    public static string Table()
    {
        var text = new StringBuilder();
        text.Append("| | ").AppendJoin(" | ", ScaleSize.All.Select(size => size.Name)).Append(" |\n|---|").Insert(text.Length, "---|", ScaleSize.All.Count).Append('\n');
        foreach (var (name, cells) in Rows())
            text.Append("| ").Append(name).Append(" | ").AppendJoin(" | ", cells).Append(" |\n");
        return text.ToString();
    }

    private static IEnumerable<(string Name, IReadOnlyList<string> Cells)> Rows()
    {
        yield return Row("renders a day", size => Number(size.RendersPerDay));
        yield return Row("databases × processors; workers of 2", size => $"{size.Databases} × {size.DatabaseCores}; {size.Workers}");
        yield return Row("renders a second, in the busiest hour", size => Number(size.PeakRate));
        yield return Row("requests a minute, then", size => Number(size.PeakRate * ScaleCosts.Requests * 60));
        yield return Row("in flight, then", size => Number(size.PeakRate * (size.RenderSeconds + ScaleCosts.CreateSeconds)));
        yield return Row("Mbit/s in, and as many out, then", size => Number(size.PeakRate * size.VideoBytes * 8 / 1e6));
        yield return Row("transfers at once, then", size => Number(size.PeakRate * ScaleModel.TransferSeconds(size)));
        yield return Row("commits a second, then", size => Number(size.PeakRate * ScaleCosts.Commits));
        yield return Row("processors of all databases, then", size => Number(size.PeakRate * ScaleCosts.DatabaseSeconds));
        yield return Row("connections of a database", size => Number((double)size.Workers / size.Databases * ScaleCosts.Connections));
        yield return Row("GB of videos a day", size => Number(size.RendersPerDay * size.VideoBytes / 1e9));
        yield return Row("GB of rows and ledger a day", size => Number(size.RendersPerDay * (ScaleCosts.RowBytes + ScaleCosts.Events * ScaleCosts.EventBytes) / 1e9));
        yield return Row("minutes to verify a year's ledger", size => Number(size.RendersPerDay * 365 * ScaleCosts.Events / ScaleCosts.VerifiedEvents / size.Databases / 60));
        yield return Row("full first", size => Full(ScaleModel.Binding(size)));
        yield return Row("full first, if the provider gave all", size => Full(ScaleModel.BindingHere(size)));
        var results = Simulated.Value;
        yield return Row("simulated: of what is handed in, completed", size => Number(Math.Round(results[size].Completed / results[size].HandedIn, 2)));
        yield return Row("simulated: 99 of 100 late by at most, s", size => Number(results[size].LateSeconds));
    }

    private static (string, IReadOnlyList<string>) Row(string name, Func<ScaleSize, string> cell) => (name, [.. ScaleSize.All.Select(cell)]);

    private static string Full(ScaleStation station) => $"{station.Name}, at {Number(station.Most)} a second";

    // Two digits: no more is known.
    private static string Number(double value)
    {
        if (value == 0)
            return "0";
        var scale = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 1);
        return (Math.Round(value / scale) * scale).ToString("#,0.####", CultureInfo.InvariantCulture);
    }
}
