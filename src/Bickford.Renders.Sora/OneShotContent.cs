using System.Net;

namespace Bickford.Renders.Sora;

/// <summary>
/// A body that can be sent once. Handlers may send a request again when a pooled connection broke or a server redirected; for a paid POST that must
/// not happen, whoever tries it. It also remembers whether sending began: before that, the server cannot have acted.
/// </summary>
internal sealed class OneShotContent : HttpContent
{
    private readonly HttpContent _inner;
    private int _started;

    public OneShotContent(HttpContent inner)
    {
        _inner = inner;
        foreach (var header in inner.Headers.NonValidated)
            Headers.TryAddWithoutValidation(header.Key, header.Value);
    }

    /// <summary>Whether a byte of the body may have left.</summary>
    public bool Started => Volatile.Read(ref _started) != 0;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _started, 1) == 0
            ? _inner.CopyToAsync(stream, context, cancellationToken)
            : throw new InvalidOperationException("A create or remix must not be sent twice.");

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _inner.Headers.ContentLength ?? 0;
        return _inner.Headers.ContentLength is not null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }
}
