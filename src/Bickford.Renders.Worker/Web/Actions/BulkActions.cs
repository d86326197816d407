using System.Globalization;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Web.Actions;

/// <summary>The forms of the preview of a bulk action: begin, and go on.</summary>
internal static class BulkActions
{
    public static void MapBulkActions(this IEndpointRouteBuilder app)
    {
        var forms = app.MapForms("/act/bulk");
        forms.MapPost("", BeginAsync);
        forms.MapPost("more", GoOnAsync);
    }

    /// <summary>The address of a preview.</summary>
    public static string PreviewOf(BulkWhat what, RenderFilter filter) =>
        $"/bulk{(RenderQuery.Of(filter) is { Length: > 0 } query ? query + "&" : "?")}of=all&do={Bulk.Name(what)}";

    private static async Task<IResult> BeginAsync(HttpContext http, BulkWorker worker, BulkRuns runs, Notice notice)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var preview = LocalUrl.Or(form["preview"], "/failed");
        var back = LocalUrl.Or(form["back"], "/failed");
        var query = RenderQuery.Parse(form);
        var picked = form["id"].Select(static text => Guid.TryParse(text, out var id) ? id : Guid.Empty).Distinct().ToList();
        var all = form["of"] == "all";
        if (Bulk.Parse(form["do"]) is not { } what || PayOnce.KeyOf(form["form"], Guid.Empty) is null || query.Problems.Count > 0
            || !long.TryParse(form["total"], NumberStyles.None, CultureInfo.InvariantCulture, out var total)
            || (!all && (picked.Count is 0 or > Bulk.MostPicked || picked.Contains(Guid.Empty))))
            return new SeeOther(notice.Add(back, "The form was not complete, and nothing was done; begin once more.", isError: true));
        if (SafeText.Line(form["reason"]).Length == 0)
            return new SeeOther(notice.Add(preview, "Give a reason: it stands on the ledger beside your name. Nothing was done yet.", isError: true));

        var run = new BulkRun
        {
            What = what,
            Filter = all ? query.Filter : null,
            Picked = all ? [] : picked,
            Form = form["form"]!,
            Reason = SafeText.Cut(form["reason"], Actor.MaxReason),
            Back = back,
            Total = all ? total : picked.Count,
        };
        return await DoAsync(run, http, worker, runs, notice);
    }

    private static async Task<IResult> GoOnAsync(HttpContext http, BulkWorker worker, BulkRuns runs, Notice notice)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return runs.Read(form[BulkRuns.Field]) is { } run
            ? await DoAsync(run, http, worker, runs, notice)
            : new SeeOther(notice.Add("/failed", "It was begun too long ago or by a worker that has stopped; what was done is done. Begin once more for the rest.", isError: true));
    }

    private static async Task<IResult> DoAsync(BulkRun run, HttpContext http, BulkWorker worker, BulkRuns runs, Notice notice)
    {
        var now = await worker.GoOnAsync(run, Actor.Of(http, run.Reason), http.RequestAborted);
        return new SeeOther(now.IsOver
            ? notice.Add(now.Back, now.Summary(), isError: now is { Done: 0, Refused: > 0 })
            : $"/bulk/more?{BulkRuns.Field}={Uri.EscapeDataString(runs.Write(now))}");
    }
}
