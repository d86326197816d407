using Bickford.Renders.Policies;

namespace Bickford.Renders.Tests.Policies;

public sealed class LookPlanTests
{
    private const double Looks = 6;

    [Fact]
    public void Nothing_is_learnt_from_fewer_than_eight_renders()
    {
        LookPlan.Learn(Enumerable.Repeat(TimeSpan.FromSeconds(60), 7), Looks).ShouldBeNull();
        LookPlan.Learn([.. Enumerable.Repeat(TimeSpan.FromSeconds(60), 7), TimeSpan.Zero, TimeSpan.FromSeconds(-5)], Looks).ShouldBeNull();
        LookPlan.Learn(Enumerable.Repeat(TimeSpan.FromSeconds(60), 8), Looks).ShouldNotBeNull();
    }

    [Fact]
    public void Looks_are_rare_before_renders_end_and_frequent_when_they_do()
    {
        var plan = Learn(Enumerable.Range(0, 40).Select(i => 57 + i % 7));
        var looks = LooksUntil(plan, 66);
        looks.Count(age => age < 55).ShouldBeLessThanOrEqualTo(2);
        looks.Count(age => age is >= 55 and <= 66).ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public void Between_two_times_at_which_renders_end_looks_are_rare()
    {
        var plan = Learn(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? 40 + i % 3 : 240 + i % 3));
        var looks = LooksUntil(plan, 245);
        looks.Count(age => age is > 50 and < 220).ShouldBeLessThanOrEqualTo(3);
        looks.Count(age => age is > 36 and < 45).ShouldBeGreaterThanOrEqualTo(2);
        looks.Count(age => age is > 235 and < 245).ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public void A_render_that_takes_longer_than_all_before_it_is_looked_at_ever_more_seldom()
    {
        var plan = Learn(Enumerable.Repeat(60.0, 20));
        foreach (var age in (double[])[90, 600, 6_000, 600_000])
            (plan.NextLook(TimeSpan.FromSeconds(age)) / TimeSpan.FromSeconds(age)).ShouldBeInRange(0.05, 0.6);
    }

    [Fact]
    public void Newer_renders_say_more_than_older_ones()
    {
        var quicker = LooksUntil(Learn([.. Enumerable.Repeat(20.0, 32), .. Enumerable.Repeat(100.0, 32)]), 30);
        var slower = LooksUntil(Learn([.. Enumerable.Repeat(100.0, 32), .. Enumerable.Repeat(20.0, 32)]), 30);
        quicker.Count.ShouldBeGreaterThan(slower.Count);
    }

    [Fact]
    public void However_strange_the_times_the_next_look_lies_ahead_and_is_no_nonsense()
    {
        var random = new Random(7);
        for (var run = 0; run < 300; run++)
        {
            var plan = LookPlan.Learn(Enumerable.Range(0, random.Next(8, 90)).Select(_ => TimeSpan.FromSeconds(Math.Pow(10, random.NextDouble() * 9 - 2))), random.Next(2, 100))!;
            foreach (var age in (double[])[-5, 0, 0.001, 1, 77, 4_000, 1e7])
                plan.NextLook(TimeSpan.FromSeconds(age)).TotalSeconds.ShouldBeInRange(0, 1e9);
            plan.NextLook(TimeSpan.Zero).ShouldBeGreaterThan(TimeSpan.Zero);
        }
    }

    [Fact]
    public void Where_times_are_alike_looks_times_lateness_is_below_a_quarter_of_what_any_fixed_interval_can_do()
    {
        var random = new Random(3);
        var newest = new List<TimeSpan>();
        double looks = 0, late = 0, time = 0;
        for (var i = 0; i < 400; i++)
        {
            var takes = 90 + 9 * (random.NextDouble() - 0.5);
            if (LookPlan.Learn(newest, Looks) is { } plan)
            {
                var age = LooksUntil(plan, takes);
                looks += age.Count;
                late += age[^1] - takes;
                time += takes;
            }

            newest.Insert(0, TimeSpan.FromSeconds(takes));
        }

        var renders = 400 - LookPlan.FewestRenders;
        (looks / renders * (late / renders)).ShouldBeLessThan(time / renders / 2 / 4);
    }

    private static LookPlan Learn(IEnumerable<double> seconds) => LookPlan.Learn(seconds.Select(TimeSpan.FromSeconds), Looks)!;

    private static LookPlan Learn(IEnumerable<int> seconds) => Learn(seconds.Select(s => (double)s));

    // The ages at the looks, up to the first at or after this age.
    private static List<double> LooksUntil(LookPlan plan, double end)
    {
        var ages = new List<double>();
        for (var age = TimeSpan.Zero; age.TotalSeconds < end;)
        {
            age += plan.NextLook(age);
            ages.Add(age.TotalSeconds);
        }

        return ages;
    }
}
