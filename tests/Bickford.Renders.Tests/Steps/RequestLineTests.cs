using Bickford.Renders.Pacing;

namespace Bickford.Renders.Tests.Steps;

/// <summary>Who goes next of those who wait in one process.</summary>
public sealed class RequestLineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_lowest_rank_goes_first_and_then_whoever_came_first()
    {
        var line = new RequestLine(1);
        var place = await line.EnterAsync(5, Token);
        var went = new List<string>();
        Task[] all = [GoAsync("b", 2), GoAsync("c", 2), GoAsync("a", 0), GoAsync("d", 2)];
        line.Waiting.ShouldBe(4);

        place.Dispose();

        await Task.WhenAll(all);
        went.ShouldBe(["a", "b", "c", "d"]);
        (await line.EnterAsync(9, Token)).ShouldNotBeNull("all places are given back");

        async Task GoAsync(string name, int rank)
        {
            using (await line.EnterAsync(rank, Token))
                went.Add(name);
        }
    }

    [Fact]
    public async Task Whoever_gives_up_takes_no_place_and_holds_up_nobody()
    {
        var line = new RequestLine(1);
        var place = await line.EnterAsync(0, Token);
        using var giveUp = new CancellationTokenSource();
        var impatient = line.EnterAsync(0, giveUp.Token);
        var patient = line.EnterAsync(0, Token);

        await giveUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => impatient);
        place.Dispose();

        (await patient).Dispose();
        line.Waiting.ShouldBe(0);
    }
}
