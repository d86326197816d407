using Bickford.Renders.Hangfire;

namespace Bickford.Renders.IntegrationTests.Hangfire;

public sealed class CronTextTests
{
    [Theory]
    [InlineData(0.1, "*/1 * * * * *")]
    [InlineData(2, "*/2 * * * * *")]
    [InlineData(7, "*/10 * * * * *")]
    [InlineData(15, "*/15 * * * * *")]
    [InlineData(31, "*/1 * * * *")]
    [InlineData(60, "*/1 * * * *")]
    [InlineData(61, "*/2 * * * *")]
    [InlineData(300, "*/5 * * * *")]
    [InlineData(1900, "0 */1 * * *")]
    [InlineData(3601, "0 */2 * * *")]
    [InlineData(86400, "0 0 * * *")]
    public void An_interval_is_rounded_up_to_one_that_cron_keeps(double seconds, string expected) => CronText.Every(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);
}
