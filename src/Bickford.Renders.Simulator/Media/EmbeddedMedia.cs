namespace Bickford.Renders.Simulator;

/// <summary>The media made for this project (see make.sh), by orientation.</summary>
internal static class EmbeddedMedia
{
    private static readonly Lazy<Set> Landscape = new(() => new Set("landscape"));
    private static readonly Lazy<Set> Portrait = new(() => new Set("portrait"));

    /// <summary>The set whose orientation fits a WIDTHxHEIGHT; portrait where it cannot tell.</summary>
    public static Set For(string size) => FrameSize.Parse(size) is { } frame && frame.Width > frame.Height ? Landscape.Value : Portrait.Value;

    internal sealed class Set(string name)
    {
        public ReadOnlyMemory<byte> Video { get; } = Load($"{name}.mp4");

        public ReadOnlyMemory<byte> Thumbnail { get; } = Load($"{name}.webp");

        public ReadOnlyMemory<byte> Spritesheet { get; } = Load($"{name}.jpg");

        private static byte[] Load(string resource)
        {
            using var stream = typeof(EmbeddedMedia).Assembly.GetManifestResourceStream(resource)
                ?? throw new InvalidOperationException($"The resource {resource} is missing from this build.");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }
}
