using System.Text;
using System.Text.Json;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Serve;

/// <summary>One render, its ledger and its job: where the job's page in an engine's dashboard leads to.</summary>
internal static class RenderPage
{
    public static void MapRenderPage(this WebApplication app) => app.MapGet("/renders/{id:guid}", (RequestDelegate)ShowAsync);

    private static async Task ShowAsync(HttpContext context)
    {
        var (services, stop) = (context.RequestServices, context.RequestAborted);
        var id = Guid.Parse((string)context.Request.RouteValues["id"]!);
        if (await services.GetRequiredService<IRenderStore>().GetAsync(id, stop) is not { } render)
        {
            await Page.WriteAsync(context, "No such render", $"""<h1>No such render</h1><p>{Page.Text(id)}</p><p><a href="/">All renders</a></p>""", StatusCodes.Status404NotFound);
            return;
        }

        var rows = new StringBuilder();
        foreach (var (name, value) in RenderDetails.Fields(render).Where(field => !string.IsNullOrEmpty(field.Value)))
            rows.Append($"<tr><th scope=\"row\">{Page.Text(name)}</th><td>{Page.Text(value)}</td></tr>\n");
        foreach (var asset in render.Assets)
            rows.Append($"<tr><th scope=\"row\">{Page.Text(asset.Kind)}</th><td>{Page.Text(asset.Uri ?? "not stored yet")}<br>{Page.Text(HumanText.Bytes(asset.Bytes))}, {Page.Text(asset.ContentType)}, sha256 <code>{Page.Text(asset.Sha256)}</code></td></tr>\n");
        if (await JobAsync(services, id, stop) is { } job)
            rows.Append($"<tr><th scope=\"row\">job</th><td><a href=\"{Page.Text(job)}\">{Page.Text(job)}</a></td></tr>\n");

        await Page.WriteAsync(context, $"Render {render.ShortId}", $"""
            <p><a href="/">All renders</a></p>
            <h1>Render {Page.Text(render.ShortId)}: {Page.Text(render.Status)}</h1>
            <table>{rows}</table>
            <h2>Ledger</h2>
            <table>{await LedgerAsync(services.GetRequiredService<ILedger>(), id, stop)}</table>
            """);
    }

    private static async Task<string?> JobAsync(IServiceProvider services, Guid id, CancellationToken stop) =>
        services.GetService<IJobLinks>() is { } links ? await links.FindAsync(id, stop) : null;

    private static async Task<string> LedgerAsync(ILedger ledger, Guid id, CancellationToken stop)
    {
        var rows = new StringBuilder();
        await foreach (var one in ledger.ReadAsync(stream: LedgerHash.StreamOf(id), cancellationToken: stop))
        {
            using var payload = JsonDocument.Parse(one.Payload);
            var message = payload.RootElement.TryGetProperty("message", out var said) ? said.ToString() : "";
            rows.Append($"<tr><td class=\"t\">{Page.Text(HumanText.Time(one.OccurredAt))}</td><td>{Page.Text(one.Type)}</td><td>{Page.Text(message)}</td></tr>\n");
        }

        return rows.ToString();
    }
}
