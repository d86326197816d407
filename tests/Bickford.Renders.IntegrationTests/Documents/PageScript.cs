using System.Diagnostics;

namespace Bickford.Renders.IntegrationTests.Documents;

/// <summary>Runs what a page tells to type.</summary>
internal static class PageScript
{
    public static string Root { get; } = FindRoot();

    public static string[] Lines(string page) => File.ReadAllLines(Path.Combine(Root, page));

    /// <summary>The indented blocks of a page, or of what stands under one of its headings, in order; fenced ones are in other languages.</summary>
    public static string Blocks(string page, string? heading = null)
    {
        var (lines, under, fenced) = (new List<string>(), heading is null, false);
        foreach (var line in Lines(page))
        {
            if (heading is not null && line.StartsWith("## ", StringComparison.Ordinal))
                under = line == heading;
            if (line.StartsWith("```", StringComparison.Ordinal))
                fenced = !fenced;
            else if (under && !fenced && line.StartsWith("    ", StringComparison.Ordinal))
                lines.Add(line[4..]);
        }

        return string.Join('\n', lines);
    }

    /// <summary>What a program says to a text that it gets.</summary>
    public static async Task<(string Out, string Error)> RunAsync(string folder, string program, IReadOnlyList<string> arguments, string input, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromMinutes(2), cancellationToken);
            return (await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "worker.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests run outside of the repository");
        return folder;
    }
}
