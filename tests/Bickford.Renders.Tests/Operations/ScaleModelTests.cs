using Bickford.Renders.Benchmarks.Scale;

namespace Bickford.Renders.Tests.Operations;

/// <summary>ops/scale.md says what the model says, and the model says what a simulation of each render says.</summary>
public sealed class ScaleModelTests
{
    private static readonly ScaleSize s_million = ScaleSize.All.Single(size => size.RendersPerDay == 1_000_000);

    public static TheoryData<string> Sizes => [.. ScaleSize.All.Select(size => size.Name)];

    [Fact]
    public void The_table_of_the_paper_is_what_the_command_prints() =>
        OperationsFiles.Read("scale.md").Split("<!-- scale -->\n")[1].Split("\n\n")[0].ShouldBe(ScaleReport.Table().TrimEnd());

    [Theory]
    [MemberData(nameof(Sizes))]
    public void In_the_busiest_hour_everything_gets_through_and_uses_what_arithmetic_says(string name)
    {
        var size = ScaleSize.All.Single(size => size.Name == name);

        var result = ScaleReport.Simulated.Value[size];

        result.Completed.ShouldBe(size.PeakRate, size.PeakRate * 0.08);
        foreach (var station in ScaleModel.StationsOf(size))
        {
            var said = ScaleModel.Use(station, result.Completed);
            // A worker that waits for a slot of the provider's limit is not free meanwhile.
            if (station.Name is ScaleModel.Creates or ScaleModel.Transfers)
                result.Use[station.Name].ShouldBeInRange(said - 0.03, 0.99, station.Name);
            else
                result.Use[station.Name].ShouldBe(said, 0.03 + 0.1 * said, station.Name);
        }
    }

    [Theory]
    [InlineData(ScaleModel.Requests)]
    [InlineData(ScaleModel.InFlight)]
    [InlineData(ScaleModel.Transfers)]
    [InlineData(ScaleModel.Network)]
    [InlineData(ScaleModel.DatabaseCores)]
    [InlineData(ScaleModel.WorkerCores)]
    [InlineData(ScaleModel.Gate)]
    public void Beyond_what_binds_no_more_gets_through_however_much_is_handed_in(string narrow)
    {
        var size = s_million with { Workers = 20, RenderSeconds = 10 };
        size = narrow switch
        {
            ScaleModel.Requests => size with { RequestsPerMinute = 2_000 },
            ScaleModel.InFlight => size with { RequestsPerMinute = 1e6, InFlight = 110 },
            ScaleModel.Transfers => size with { RequestsPerMinute = 1e6, TransferWorkers = 1 },
            ScaleModel.Network => size with { RequestsPerMinute = 1e6, TransferWorkers = 64, LinkBitsPerSecond = 25e6 },
            ScaleModel.DatabaseCores => size with { RequestsPerMinute = 1e6, DatabaseCores = 2, InFlight = 40_000, TransferWorkers = 64 },
            ScaleModel.WorkerCores => size with { RequestsPerMinute = 1e6, DatabaseCores = 64, Workers = 1, ApiWorkers = 256, TransferWorkers = 256, LinkBitsPerSecond = 1e11, InFlight = 40_000 },
            // What is done goes before what is new: with a long render, waves of one and the other would take longer to even out than is measured.
            _ => size with { RenderSeconds = 1, RequestsPerMinute = 1e6, DatabaseCores = 64, ApiWorkers = 256, TransferWorkers = 64, InFlight = 100_000, Workers = 40 },
        };
        var binding = ScaleModel.Binding(size);
        binding.Name.ShouldBe(narrow);

        var result = new ScaleSimulation(size, seed: 1).Run(binding.Most * 1.3, Math.Clamp(6_000 / binding.Most, 60, 600));

        result.Completed.ShouldBe(binding.Most, binding.Most * 0.1);
        result.Use[narrow].ShouldBeGreaterThan(0.93);
    }

    [Fact]
    public void What_was_measured_on_two_cores_is_what_it_says_of_them()
    {
        // Database and worker on the same two cores, of which nine tenths could be used: benchmark pipeline, 40 renders a second.
        var size = s_million with { DatabaseCores = 2, Workers = 1 };
        var both = ScaleModel.StationsOf(size).Where(station => station.Name is ScaleModel.DatabaseCores or ScaleModel.WorkerCores).Sum(station => station.Seconds);

        (2 * ScaleCosts.UsableShare / both).ShouldBe(40, 4);
    }
}
