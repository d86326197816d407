namespace Bickford.Renders.Worker.Web;

/// <summary>Other pages that this worker serves.</summary>
/// <param name="Jobs">The engine's own pages; null where it has none.</param>
internal sealed record DashboardLinks(string? Jobs);
