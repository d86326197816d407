using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Bickford.Renders.Ledger;

/// <summary>The bytes under an event's hash: UTF-8 lines, the payload last. See <see cref="LedgerHash.Compute"/>.</summary>
internal readonly ref struct HashedText : IDisposable
{
    // Event id, position and time in their longest forms, and the ends of the lines.
    private const int FixedBytes = 128;
    private const int BytesPerChar = 3;

    private readonly byte[] _buffer;
    private readonly int _payloadAt;
    private readonly int _length;

    public HashedText(string prevHash, Guid eventId, string stream, long renderSeq, string type, DateTimeOffset occurredAt, string payload)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(FixedBytes + BytesPerChar * (prevHash.Length + stream.Length + type.Length + payload.Length));
        if (!Utf8.TryWrite(_buffer, CultureInfo.InvariantCulture, $"{prevHash}\n{eventId:D}\n{stream}\n{renderSeq}\n{type}\n{occurredAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\n", out _payloadAt))
            throw new InvalidOperationException("an event's text is longer than its parts can be");
        PayloadIsWhole = Utf8.FromUtf16(payload, _buffer.AsSpan(_payloadAt), out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done;
        // What UTF-16 cannot hold either, such as half a surrogate pair, is hashed as U+FFFD.
        _length = _payloadAt + (PayloadIsWhole ? written : Encoding.UTF8.GetBytes(payload, _buffer.AsSpan(_payloadAt)));
        _buffer[_length++] = (byte)'\n';
    }

    /// <summary>The payload.</summary>
    public ReadOnlySpan<byte> Payload => _buffer.AsSpan(_payloadAt, _length - _payloadAt - 1);

    /// <summary>False: the payload held something that is no text.</summary>
    public bool PayloadIsWhole { get; }

    /// <summary>SHA-256 of all of it in lower-case hexadecimal.</summary>
    public string Hash()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_buffer.AsSpan(0, _length), hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Whether this is its hash.</summary>
    public bool Has(string hash)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        Span<char> text = stackalloc char[2 * SHA256.HashSizeInBytes];
        SHA256.HashData(_buffer.AsSpan(0, _length), bytes);
        return Convert.TryToHexStringLower(bytes, text, out _) && text.SequenceEqual(hash);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
