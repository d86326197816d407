using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Bickford.Renders.Telemetry;

/// <summary>
/// The one trace that a render has, whichever process works on it and however often one of them is started anew: its W3C <c>traceparent</c> stands in the row
/// (<see cref="Render.TraceParent"/>), and the spans of all its steps are children of that.
/// </summary>
internal static class RenderTrace
{
    /// <summary>The trace that a render's spans belong to.</summary>
    public static ActivityContext ContextOf(Render render)
    {
        ArgumentNullException.ThrowIfNull(render);
        return ActivityContext.TryParse(render.TraceParent, null, isRemote: true, out var context) ? context : Own(render.Id);
    }

    /// <summary>The <c>traceparent</c> of a new render: its caller's trace goes on where that one is recorded, else it has one of its own.</summary>
    /// <param name="id">The render.</param>
    /// <param name="caller">What asks for it.</param>
    internal static string ParentOf(Guid id, Activity? caller)
    {
        // A caller that nobody records is no reason not to record what costs money.
        if (caller is { IdFormat: ActivityIdFormat.W3C, Recorded: true, Id: { } parent })
            return parent;
        var own = Own(id);
        return $"00-{own.TraceId}-{own.SpanId}-01";
    }

    // Made from the id, so that every process finds the same one. Hashed, because an id begins with its time: samplers that go by the first bytes of a trace id want them even.
    private static ActivityContext Own(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        // All zeros would be no id.
        if (BinaryPrimitives.ReadUInt64BigEndian(hash[16..24]) == 0)
            hash[23] = 1;
        return new ActivityContext(ActivityTraceId.CreateFromBytes(hash[..16]), ActivitySpanId.CreateFromBytes(hash[16..24]), ActivityTraceFlags.Recorded, isRemote: true);
    }
}
