namespace Bickford.Renders.Worker.Doors;

/// <summary>Where to go on after a sign-in: only to pages of our own.</summary>
internal static class LocalPath
{
    /// <summary>The path if it is one of ours and nothing that a browser could take for another host; else the start page.</summary>
    public static string Of(string? path) =>
        path is ['/', ..] && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(static c => char.IsControl(c) || c == '\\') ? path : "/";
}
