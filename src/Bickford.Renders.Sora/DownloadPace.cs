using System.Globalization;

namespace Bickford.Renders.Sora;

/// <summary>
/// How slowly a file may come. A byte now and then is never idle and would hold a transfer for days: so every minute of waiting must bring something, and all waiting together
/// is limited. Only the time in which the server is waited for counts, and none in which the reader is busy elsewhere.
/// </summary>
/// <param name="options">The limits.</param>
internal sealed class DownloadPace(VideosApiOptions options)
{
    /// <summary>The waiting that <see cref="VideosApiOptions.MinBytesPerSecond"/> is an average over.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private TimeSpan _waited;
    private TimeSpan _waitedInWindow;
    private long _bytesInWindow;

    /// <summary>How long the next byte may be waited for.</summary>
    public TimeSpan Longest => IsLast ? options.DownloadTimeout - _waited : options.IdleTimeout;

    /// <summary>Why a wait of <see cref="Longest"/> without a byte is the last one.</summary>
    public string Idle => IsLast
        ? TooLong
        : string.Create(CultureInfo.InvariantCulture, $"content: no byte for {options.IdleTimeout.TotalSeconds:0.###} s (Sora:IdleTimeout)");

    private bool IsLast => options.DownloadTimeout - _waited < options.IdleTimeout;

    private string TooLong =>
        string.Create(CultureInfo.InvariantCulture, $"content: not here after {options.DownloadTimeout.TotalMinutes:0.###} min of waiting for it (Sora:DownloadTimeout)");

    /// <summary>Bytes have come.</summary>
    /// <param name="waited">After how long.</param>
    /// <param name="bytes">How many.</param>
    /// <returns>Why no more is waited for; null to go on.</returns>
    public string? Received(TimeSpan waited, int bytes)
    {
        _waited += waited;
        _waitedInWindow += waited;
        _bytesInWindow += bytes;
        if (_waited >= options.DownloadTimeout)
            return TooLong;
        if (_waitedInWindow < Window)
            return null;
        var (seconds, came) = (_waitedInWindow.TotalSeconds, _bytesInWindow);
        (_waitedInWindow, _bytesInWindow) = (TimeSpan.Zero, 0);
        return came < options.MinBytesPerSecond * seconds
            ? string.Create(CultureInfo.InvariantCulture, $"content: {came} bytes in {seconds:0.###} s, at least {options.MinBytesPerSecond} a second are waited for (Sora:MinBytesPerSecond)")
            : null;
    }
}
