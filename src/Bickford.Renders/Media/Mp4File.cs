using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Bickford.Renders.Media;

/// <summary>Whether a file is a whole MP4.</summary>
/// <param name="Ok">It is.</param>
/// <param name="Problem">What is wrong, as the end of a sentence that begins with the file; null when nothing is.</param>
public sealed record Mp4Check(bool Ok, string? Problem)
{
    internal static Mp4Check Good { get; } = new(true, null);

    internal static Mp4Check Bad(FormattableString problem) => new(false, problem.ToString(CultureInfo.InvariantCulture));
}

/// <summary>
/// Finds files that are no MP4 or not a whole one, from the headers of their top-level boxes alone (ISO/IEC 14496-12, section 4.2).
/// Whether the pictures inside decode is not looked at.
/// </summary>
public static class Mp4File
{
    /// <summary>More top-level boxes than this are refused: a fragmented video has two per fragment.</summary>
    public const int MaxBoxes = 100_000;

    private const int HeaderBytes = 16;

    /// <summary>Looks at the whole file, from position 0; reads some bytes for each box and never a box's content.</summary>
    /// <param name="file">A seekable stream; left at an unspecified position.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Mp4Check> CheckAsync(Stream file, CancellationToken cancellationToken = default)
    {
        var length = file.Length;
        if (length == 0)
            return Mp4Check.Bad($"is empty");

        var header = new byte[HeaderBytes];
        var (hasMovie, hasMedia) = (false, false);
        long at = 0;
        for (var boxes = 0; at < length; boxes++)
        {
            if (boxes == MaxBoxes)
                return Mp4Check.Bad($"has more than {MaxBoxes:N0} boxes");
            file.Position = at;
            var read = await file.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken);
            var (box, problem) = ReadBox(header.AsSpan(0, read), at, length);
            if (at == 0 && !IsFileType(header.AsSpan(0, read)))
                return NotMp4(header.AsSpan(0, read));
            if (at == 0 && read >= 12 && MediaType.IsOtherBrand(header.AsSpan(8, 4)))
                return Mp4Check.Bad($"is no video but a still image or sound, of brand {TypeOf(header.AsSpan(8, 4))}");
            if (box is null)
                return problem!;
            hasMovie |= box.Type == "moov";
            hasMedia |= box.Type is "mdat" or "moof";
            at = box.End;
        }
        if (!hasMovie)
            return Mp4Check.Bad($"has no moov box: it was cut off, or never finished");
        return hasMedia ? Mp4Check.Good : Mp4Check.Bad($"has neither an mdat nor a moof box: there is no video in it");
    }

    private static bool IsFileType(ReadOnlySpan<byte> header) => header.Length >= 8 && header[4..].StartsWith("ftyp"u8);

    private sealed record Box(string Type, long End);

    private static (Box? Box, Mp4Check? Problem) ReadBox(ReadOnlySpan<byte> header, long at, long length)
    {
        if (header.Length < 8)
            return (null, Mp4Check.Bad($"ends inside the header of a box at {at:N0}"));
        if (TypeOf(header[4..8]) is not { } type)
            return (null, Mp4Check.Bad($"has no box at {at:N0}, where one should begin"));
        ulong size = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (size == 0) // The last box may leave its size open.
            return (new Box(type, length), null);
        var least = 8u;
        if (size == 1)
        {
            if (header.Length < HeaderBytes)
                return (null, Mp4Check.Bad($"ends inside the header of box {type} at {at:N0}"));
            size = BinaryPrimitives.ReadUInt64BigEndian(header[8..]);
            least = HeaderBytes;
        }
        if (size < least)
            return (null, Mp4Check.Bad($"has a box {type} at {at:N0} with the impossible size {size:N0}"));
        var left = (ulong)(length - at);
        return size > left
            ? (null, Mp4Check.Bad($"ends {size - left:N0} bytes short in box {type} at {at:N0}"))
            : (new Box(type, at + (long)size), null);
    }

    private static string? TypeOf(ReadOnlySpan<byte> type) =>
        type.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? null : Encoding.ASCII.GetString(type);

    private static Mp4Check NotMp4(ReadOnlySpan<byte> start)
    {
        var text = start.TrimStart(" \t\r\n\uFEFF"u8);
        if (text is [(byte)'<', ..])
            return Mp4Check.Bad($"is no MP4 but HTML or XML");
        if (text is [(byte)'{' or (byte)'[', ..])
            return Mp4Check.Bad($"is no MP4 but JSON");
        if (!start.ContainsAnyExcept((byte)0))
            return Mp4Check.Bad($"is no MP4: it begins with zero bytes");
        return MediaType.Sniff(start) is { } type
            ? Mp4Check.Bad($"is no MP4 but {type}")
            : Mp4Check.Bad($"is no MP4: it begins with {Convert.ToHexString(start[..Math.Min(8, start.Length)])} and not with an ftyp box");
    }
}
