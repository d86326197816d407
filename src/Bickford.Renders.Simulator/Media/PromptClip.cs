using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Bickford.Renders.Simulator;

/// <summary>Renders a clip that shows its prompt, with the <c>ffmpeg</c> on the PATH.</summary>
internal static class PromptClip
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);
    private static readonly string[] Backgrounds = ["0x0b1d3a", "0x12372a", "0x3b1f2b", "0x2b2d42", "0x1b4d5c", "0x40341f"];

    // Two at a time: a burst of downloads must not become a burst of encoders.
    private static readonly SemaphoreSlim Encoders = new(2);

    /// <summary>The clip's bytes; null where ffmpeg is missing, fails, or takes longer than 20 s.</summary>
    public static async Task<byte[]?> RenderAsync(SimulatedVideo video, int seed)
    {
        var folder = Directory.CreateTempSubdirectory("videos-simulator-");
        await Encoders.WaitAsync();
        try
        {
            var text = Path.Combine(folder.FullName, "prompt.txt");
            var output = Path.Combine(folder.FullName, "clip.mp4");
            await File.WriteAllTextAsync(text, Wrap(video.Prompt, 36, 8));
            return await RunAsync(Arguments(video, seed, output), folder.FullName) && File.Exists(output)
                ? await File.ReadAllBytesAsync(output)
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A full or read-only temporary folder costs the picture of the prompt, not the video.
            return null;
        }
        finally
        {
            Encoders.Release();
            TryDelete(folder);
        }
    }

    /// <summary>Breaks text into lines of at most <paramref name="width"/> characters where words allow, and at most <paramref name="lines"/> lines.</summary>
    internal static string Wrap(string text, int width, int lines)
    {
        var wrapped = new List<string>();
        var line = new StringBuilder();
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                wrapped.Add(line.ToString());
                line.Clear();
            }

            if (wrapped.Count == lines)
                break;
            line.Append(line.Length > 0 ? " " : "").Append(word.Length > width ? word[..width] : word);
        }

        if (wrapped.Count < lines && line.Length > 0)
            wrapped.Add(line.ToString());
        return string.Join('\n', wrapped);
    }

    // The prompt reaches ffmpeg only as a file, without text expansion, and its name is relative to the working folder:
    // neither can carry filter syntax.
    private static string[] Arguments(SimulatedVideo video, int seed, string output)
    {
        var frame = FrameSize.Parse(video.Size) ?? new FrameSize(720, 1280);
        var (width, height) = (Even(frame.Width), Even(frame.Height));
        var seconds = Math.Clamp(video.Seconds, 1, 20).ToString(CultureInfo.InvariantCulture);
        var background = Backgrounds[Draws.Bits(seed, video.Ordinal, "background") % (ulong)Backgrounds.Length];
        var fontSize = (Math.Min(width, height * 16 / 9) / 24).ToString(CultureInfo.InvariantCulture);
        return
        [
            "-nostdin", "-v", "error", "-y",
            "-f", "lavfi", "-i", $"color=c={background}:s={width}x{height}:r=24:d={seconds}",
            "-f", "lavfi", "-i", $"color=c=0xe8743b:s={width}x{Math.Max(8, height / 90)}:r=24:d={seconds}",
            "-f", "lavfi", "-i", $"sine=frequency=220:sample_rate=24000:duration={seconds}",
            "-filter_complex",
            $"[0][1]overlay=x='-w+w*t/{seconds}':y=H-h,drawtext=textfile=prompt.txt:expansion=none:fontcolor=white:fontsize={fontSize}:line_spacing=10:x=(w-text_w)/2:y=(h-text_h)/2",
            "-c:v", "libx264", "-preset", "ultrafast", "-crf", "34", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "16k", "-ac", "1",
            "-shortest", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart", output,
        ];
    }

    private static int Even(int pixels) => Math.Clamp(pixels & ~1, 64, 1920);

    private static async Task<bool> RunAsync(string[] arguments, string folder)
    {
        var start = new ProcessStartInfo("ffmpeg", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }

        if (process is null)
            return false;
        using (process)
        using (var limit = new CancellationTokenSource(TimeLimit, TimeProvider.System))
        {
            try
            {
                await Task.WhenAll(
                    process.StandardError.ReadToEndAsync(limit.Token), process.StandardOutput.ReadToEndAsync(limit.Token), process.WaitForExitAsync(limit.Token));
                return process.ExitCode == 0;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return false;
            }
        }
    }

    private static void TryDelete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // Left to the system's own cleaning of temporary files.
        }
    }
}
