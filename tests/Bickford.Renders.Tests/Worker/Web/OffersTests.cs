using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Web;
using Bickford.Renders.Worker.Web.Actions;

namespace Bickford.Renders.Tests.Worker.Web;

/// <summary>Which buttons there are, what they cost, and what they would touch.</summary>
public sealed class OffersTests
{
    [Fact]
    public void A_render_that_goes_on_by_itself_can_only_be_cancelled() =>
        Offers.For(Rows.At(RenderStep.Poll)).ShouldBe(new Offers(Resume: false, Again: false, Adopt: false, Cancel: true));

    [Fact]
    public void A_completed_one_can_only_be_rendered_again() =>
        Offers.For(Rows.At(RenderStep.Record) with { Status = RenderStatus.Completed }).ShouldBe(new Offers(Resume: false, Again: true, Adopt: false, Cancel: false));

    [Fact]
    public void What_the_provider_ended_for_good_is_not_resumed()
    {
        var ended = Rows.At(RenderStep.Poll).Stopped(RenderStatus.Failed, RenderCause.ProviderFailed);

        Offers.For(ended).Resume.ShouldBeFalse();
        Offers.Best(ended).ShouldBe("again");
    }

    [Fact]
    public void A_video_is_adopted_only_where_a_create_may_have_made_one()
    {
        Offers.For(Rows.Started().Stopped(RenderStatus.Parked, RenderCause.AmbiguousCreate)).Adopt.ShouldBeTrue();
        Offers.For(Rows.Queued().Stopped(RenderStatus.Failed, RenderCause.Policy)).Adopt.ShouldBeFalse();
    }

    [Theory]
    [InlineData(RenderCause.Policy, "edit")]
    [InlineData(RenderCause.InvalidRequest, "edit")]
    [InlineData(RenderCause.AmbiguousCreate, "adopt")]
    [InlineData(RenderCause.Storage, "resume")]
    [InlineData(RenderCause.Quota, "resume")]
    [InlineData(RenderCause.Expired, "again")]
    public void The_likely_button_fits_the_cause(RenderCause cause, string button) =>
        Offers.Best(Rows.Started().Stopped(RenderStatus.Failed, cause)).ShouldBe(button);

    [Fact]
    public void Every_cause_says_what_it_means_and_what_to_do()
    {
        foreach (var cause in Enum.GetValues<RenderCause>())
        {
            var (means, does) = CauseText.Of(cause);
            means.ShouldEndWith(".");
            does.ShouldEndWith(".");
            CauseText.Name(cause).ShouldNotBeEmpty();
        }

        Enum.GetValues<RenderCause>().Select(CauseText.Name).ShouldBeUnique();
    }

    [Fact]
    public void Rendering_again_costs_what_the_catalogue_says_today()
    {
        var options = Rows.Options(static one => one.Models["sora-2"] = new ModelOptions { Price = 0.10m, Prices = { ["720x1280"] = 0.25m } });

        Offers.PriceOfAgain(Rows.Queued(), options).ShouldBe(0.40m);
        Offers.PriceOfAgain(Rows.Queued() with { Size = "720x1280" }, options).ShouldBe(1.00m);
        Offers.PriceOfAgain(Rows.Queued() with { Model = "gone" }, options).ShouldBeNull();
        Offers.PriceOfAgain(Rows.Queued() with { Seconds = null }, options).ShouldBeNull();
    }

    [Fact]
    public void A_bulk_action_touches_only_what_it_fits()
    {
        Bulk.Narrow(new RenderFilter(), BulkWhat.Resume)!.Statuses.ShouldBe([RenderStatus.Failed, RenderStatus.Parked]);
        Bulk.Narrow(new RenderFilter { Statuses = [RenderStatus.Completed, RenderStatus.Parked], Tag = "a" }, BulkWhat.Again).ShouldSatisfyAllConditions(
            static filter => filter!.Statuses.ShouldBe([RenderStatus.Parked]), static filter => filter!.Tag.ShouldBe("a"));
        Bulk.Narrow(new RenderFilter { Statuses = [RenderStatus.Completed] }, BulkWhat.Again).ShouldBeNull();
        Bulk.Narrow(new RenderFilter { Statuses = [RenderStatus.Completed] }, BulkWhat.Cancel).ShouldBeNull();
    }

    [Fact]
    public void A_form_pays_once_for_a_render_and_a_prompt()
    {
        var form = PayOnce.NewForm(new ManualTime(Rows.Now));
        var render = Rows.IdOf(1);

        PayOnce.KeyOf(form, render).ShouldBe(PayOnce.KeyOf(form, render));
        PayOnce.KeyOf(form, render).ShouldNotBe(PayOnce.KeyOf(form, Rows.IdOf(2)));
        PayOnce.KeyOf(form, render, "a").ShouldNotBe(PayOnce.KeyOf(form, render, "b"));
        PayOnce.KeyOf(PayOnce.NewForm(new ManualTime(Rows.Now)), render).ShouldNotBe(PayOnce.KeyOf(form, render));
        PayOnce.KeyOf("made up", render).ShouldBeNull();
        PayOnce.KeyOf(form, render, new string('x', 32_000))!.Length.ShouldBeLessThanOrEqualTo(200);
    }

    [Fact]
    public void The_ledger_gets_a_name_and_a_reason_on_one_line_of_sensible_length()
    {
        Actor.Text("ada", null).ShouldBe("ada");
        Actor.Text("ada", " quota\r\nwas \u202Eraised ").ShouldBe("ada: quota  was raised");
        Actor.Text(new string('n', 500), new string('r', 5_000)).Length.ShouldBeLessThanOrEqualTo(402);
    }
}
