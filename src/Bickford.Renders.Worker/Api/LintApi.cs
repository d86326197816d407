using Bickford.Renders.Policies;
using Bickford.Renders.Queue;

namespace Bickford.Renders.Worker.Api;

/// <summary>What a prompt is to be looked at as.</summary>
/// <param name="Prompt">1 to 32,000 characters.</param>
/// <param name="Remix">It changes another video.</param>
internal sealed record LintBody(string Prompt, bool? Remix = null);

/// <summary>Advice about a prompt.</summary>
/// <param name="Hints">What it lacks, and what providers usually refuse in it; empty for none.</param>
internal sealed record LintView(IReadOnlyList<PromptHint> Hints);

/// <summary>Advice about prompts.</summary>
internal static class LintApi
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/lint", (Delegate)LintAsync).Takes()
        .WithName("lint").WithSummary("Say what a prompt lacks, and what providers usually refuse in it; advice only: no request is refused for it")
        .Accepts<LintBody>("application/json").Produces<LintView>().Problems(400, 413, 415);

    private static async Task<IResult> LintAsync(HttpContext http)
    {
        var body = await Bodies.ReadJsonAsync(http, ["prompt", "remix"]);
        var prompt = body.Text("prompt") ?? "";
        RequestValidation.CheckPrompt(prompt);
        return Results.Ok(new LintView(PromptHints.Of(prompt, body.Flag("remix") ?? false)));
    }
}
