using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>Going on with a broken download: the range that is asked for, and what the answer to it means. Pure.</summary>
/// <param name="Offset">The first byte that is wanted.</param>
/// <param name="ETag">The strong tag of the bytes that are already here.</param>
internal sealed record ContentRange(long Offset, EntityTagHeaderValue ETag)
{
    /// <summary>The range for a resume; null from the start, also where the tag is weak and so cannot vouch for equal bytes (RFC 9110, 13.1.5).</summary>
    public static ContentRange? From(ContentResume? resume) =>
        resume is { Offset: > 0 } && EntityTagHeaderValue.TryParse(resume.ETag, out var tag) && !tag.IsWeak ? new ContentRange(resume.Offset, tag) : null;

    /// <summary>Asks for the rest, or for everything where the file is another one by now.</summary>
    public void Apply(HttpRequestHeaders headers)
    {
        headers.Range = new RangeHeaderValue(Offset, null);
        headers.IfRange = new RangeConditionHeaderValue(ETag);
    }

    /// <summary>Whether the server shows that what is here does not fit any more, so that it must be fetched from the start.</summary>
    public bool IsOutdated(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
        || (response.StatusCode == HttpStatusCode.PartialContent && response.Headers.ETag is { } tag && !tag.Equals(ETag));

    /// <summary>Where an answer's body stands in the whole file.</summary>
    /// <returns>Offset and whole length; null where a part came that was not asked for.</returns>
    public static (long Offset, long? Length)? Place(HttpResponseMessage response, ContentRange? asked)
    {
        var length = LengthOf(response);
        if (response.StatusCode != HttpStatusCode.PartialContent)
            return (0, length);
        var part = response.Content.Headers.ContentRange;
        var fits = part is { Unit: "bytes", From: { } from, To: { } to }
            && from == (asked?.Offset ?? 0)
            && (length is not { } bytes || bytes == to - from + 1);
        return fits ? (part!.From!.Value, part.Length) : null;
    }

    /// <summary>The announced length of a body; null where none counts: a body in chunks has none, whatever else is written (RFC 9112, 6.3).</summary>
    public static long? LengthOf(HttpResponseMessage response) => response.Headers.TransferEncodingChunked == true ? null : response.Content.Headers.ContentLength;

    /// <summary>Whether an answer says at most one length, and one that can be.</summary>
    public static bool IsLengthClear(HttpResponseMessage response)
    {
        if (!response.Content.Headers.NonValidated.TryGetValues("Content-Length", out var values))
            return true;
        return values.Distinct(StringComparer.Ordinal).Count() == 1 && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }
}
