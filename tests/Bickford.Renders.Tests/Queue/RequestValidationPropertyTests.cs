using System.Text;
using System.Text.Json;
using Bickford.Renders.Queue;
using Bickford.Renders.Tests.Media;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Queue;

/// <summary>A request from anybody is refused with its field, or it is one that every database and every request can carry.</summary>
public sealed class RequestValidationPropertyTests
{
    [Fact]
    public void A_request_is_refused_by_name_or_can_be_kept_and_sent() => Fuzz.Check(6_000, Order.Of, order =>
    {
        ValidRequest valid;
        try
        {
            RequestValidation.CheckKey(order.Key);
            valid = RequestValidation.Check(order.Request, order.Options());
        }
        catch (RenderRequestException e)
        {
            e.Field.ShouldBeOneOf("prompt", "model", "size", "seconds", "tags", "priority", "reference", "idempotencyKey");
            e.Message.ShouldStartWith($"{e.Field}: ");
            e.Message.Length.ShouldBeLessThan(700);
            return;
        }

        foreach (var text in new[] { valid.Prompt, valid.Model, valid.Size, order.Key, order.Request.Reference?.FileName }.Concat(order.Request.Tags))
            ShouldBeKept(text);
        (valid.Cost is null or >= 0).ShouldBeTrue();
    });

    private static void ShouldBeKept(string? text)
    {
        if (text is null)
            return;
        text.ShouldNotContain("\0");
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).ShouldBe(text);
        JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(text)).ShouldBe(text);
    }

    internal sealed record Order(RenderRequest Request, string? Key, bool HasModels)
    {
        public RenderOptions Options()
        {
            var options = Rows.Options();
            if (HasModels)
                options.Models["sora-2"] = new ModelOptions { Sizes = { "1280x720", "48x32" }, Seconds = { 4, 8 }, Price = 0.1m };
            return options;
        }

        public static Order Of(Random random) => new(
            new RenderRequest(random.Chance(0.5) ? Arbitrary.Unicode(random) : Arbitrary.Text(random))
            {
                Model = random.Pick<string?>(null, "sora-2", "", Arbitrary.Text(random)),
                Size = random.Pick<string?>(null, "1280x720", "48x32", "99999x99999", "0x0", "1280x720\n", "١x١", Arbitrary.Text(random)),
                Seconds = random.Pick<int?>(null, 4, 5, 0, -1, 3600, 3601, int.MinValue, int.MaxValue),
                Tags = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Arbitrary.Text(random))],
                Priority = random.Pick(0, 0, 100, -101, int.MaxValue),
                Reference = random.Chance(0.3) ? new ReferenceImage(random.Chance(0.5) ? TestMedia.Png : Mutation.Of(TestMedia.Png, random), Arbitrary.Text(random)) : null,
            },
            random.Chance(0.5) ? null : Arbitrary.Text(random),
            random.Chance(0.5));
    }
}
