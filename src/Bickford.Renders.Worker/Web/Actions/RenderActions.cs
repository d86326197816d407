using System.Globalization;
using Bickford.Renders.Videos;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Web.Actions;

/// <summary>What the buttons of one render do: change it, then show a page that says so.</summary>
internal static class RenderActions
{
    public static void MapRenderActions(this IEndpointRouteBuilder app)
    {
        var forms = app.MapForms("/act/renders/{id:guid}");
        Map(forms, "resume", static async act => $"Render {(await act.Renders.ResumeAsync(act.Id, act.Actor, act.Stop)).ShortId} goes on from where it stopped.");
        Map(forms, "cancel", static async act => (await act.Renders.CancelAsync(act.Id, act.Actor, act.Stop)) is { Status: RenderStatus.Cancelled } done
            ? $"Render {done.ShortId} is cancelled."
            : "It is cancelled as soon as the step that is running ends.");
        Map(forms, "adopt", static async act => $"Render {(await act.Renders.AdoptAsync(act.Id, act.Field("video").Trim(), act.Actor, act.Stop)).ShortId} has its video, and fetches it.");
        Map(forms, "again", static act => AgainAsync(act, null));
        Map(forms, "edit", static act => AgainAsync(act, act.Prompt));
        Map(forms, "remix", static async act => act.Leads(
            await act.Renders.RemixAsync(act.Id, new RemixRequest(act.Prompt) { Kind = act.Kind }, act.Key($"{act.Kind}:{act.Prompt}"), act.Actor, act.Stop), "This remix"));
    }

    private static async Task<string> AgainAsync(Act act, string? prompt) =>
        act.Leads(await act.Renders.RenderAgainAsync(act.Id, prompt, act.Key(prompt), act.Actor, act.Stop), "This render");

    private static void Map(RouteGroupBuilder forms, string name, Func<Act, Task<string>> change) => forms.MapPost(name, async (Guid id, HttpContext http, IRenders renders, Notice notice) =>
    {
        var act = new Act(id, http, renders, await http.Request.ReadFormAsync(http.RequestAborted));
        try
        {
            var said = await change(act);
            return new SeeOther(notice.Add(act.Then, said));
        }
        catch (Exception e) when (IsAnswer(e))
        {
            return new SeeOther(notice.Add(act.Back, Sentence(e.Message), isError: true));
        }
    });

    /// <summary>Errors that tell a person what to do otherwise.</summary>
    public static bool IsAnswer(Exception e) => e is RenderConflictException or RenderRequestException or RenderNotFoundException or VideosApiException or Ports.VideoStoreException;

    public static string Sentence(string message) => message.Length == 0 ? "It did not work." : $"{char.ToUpper(message[0], CultureInfo.InvariantCulture)}{message[1..]}{(message[^1] is '.' or '!' or '?' ? "" : ".")}";

    private sealed class Act(Guid id, HttpContext http, IRenders renders, IFormCollection form)
    {
        public Guid Id => id;

        public IRenders Renders => renders;

        public string Actor => Actions.Actor.Of(http, Field("reason"));

        public CancellationToken Stop => http.RequestAborted;

        /// <summary>Browsers send line ends as two characters.</summary>
        public string Prompt => Field("prompt").ReplaceLineEndings("\n").Trim();

        public RemixKind Kind => Field("kind") is { Length: > 0 } kind ? Api.JsonFields.ParseName<RemixKind>("kind", kind) : RemixKind.Remix;

        public string Back => LocalUrl.Or(Field("back"), $"/renders/{id:D}");

        /// <summary>Where to go when it worked.</summary>
        public string Then { get => field ?? Back; private set; }

        public string Field(string name) => form[name].ToString();

        public string Key(string? prompt) => PayOnce.KeyOf(Field("form"), id, prompt)
            ?? throw new RenderRequestException("form", SafeText.Cut(Field("form"), 40), "a form of these pages; open the page anew");

        public string Leads(Render made, string what)
        {
            Then = $"/renders/{made.Id:D}";
            return $"{what} is {made.ShortId}{(made.Cost is { } cost ? $" and costs {HumanText.Dollars(cost)}" : "")}.";
        }
    }
}
