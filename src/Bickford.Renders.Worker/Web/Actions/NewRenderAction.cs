using System.Globalization;
using Bickford.Renders.Worker.Output;
using Microsoft.AspNetCore.Http.Extensions;

namespace Bickford.Renders.Worker.Web.Actions;

/// <summary>What the form for a new render does.</summary>
internal static class NewRenderAction
{
    private const string Page = "/new";

    // What was written comes back with a refusal, as far as addresses may hold it.
    private const int MostKept = 1_500;

    public static void MapNewRender(this IEndpointRouteBuilder app) => app.MapForms("/act").MapPost("new", async (HttpContext http, IRenderIntake intake, Notice notice) =>
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        try
        {
            var key = PayOnce.KeyOf(form["form"], Guid.Empty)
                ?? throw new RenderRequestException("form", SafeText.Cut(form["form"], 40), "a form of these pages; open the page anew");
            var accepted = await intake.EnqueueAsync(RequestOf(form), key, Actor.Of(http, null), http.RequestAborted);
            var cost = accepted.Render.Cost is { } dollars ? $" and costs {HumanText.Dollars(dollars)}" : "";
            return new SeeOther(notice.Add($"/renders/{accepted.Render.Id:D}", $"This render is {accepted.Render.ShortId}{cost}."));
        }
        catch (Exception e) when (RenderActions.IsAnswer(e))
        {
            return new SeeOther(notice.Add(Page + Kept(form), RenderActions.Sentence(e.Message), isError: true));
        }
    });

    /// <summary>The request that a form makes.</summary>
    /// <exception cref="RenderRequestException">A field is wrong.</exception>
    public static RenderRequest RequestOf(IFormCollection form)
    {
        var with = form["with"].ToString();
        return new RenderRequest(form["prompt"].ToString().ReplaceLineEndings("\n").Trim())
        {
            Model = with.StartsWith("model:", StringComparison.Ordinal) ? with["model:".Length..] : null,
            Intent = with.StartsWith("intent:", StringComparison.Ordinal) ? Api.JsonFields.ParseName<RenderIntent>("intent", with["intent:".Length..]) : null,
            Size = form["size"].ToString() is { Length: > 0 } size ? size : null,
            Seconds = Whole("seconds"),
            Priority = Whole("priority") ?? 0,
            Tags = form["tags"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Keep = form["keep"] == "true",
        };

        int? Whole(string name) => form[name].ToString() is not { Length: > 0 } text ? null
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : throw new RenderRequestException(name, text, "a whole number");
    }

    private static string Kept(IFormCollection form)
    {
        var query = new QueryBuilder();
        foreach (var name in new[] { "prompt", "with", "size", "seconds", "priority", "tags", "keep" })
        {
            if (form[name].ToString() is { Length: > 0 and <= MostKept } value)
                query.Add(name, value);
        }

        return query.ToString();
    }
}
