using System.Diagnostics;

namespace Bickford.Renders.Sora;

/// <summary>What the provider is told of our trace: its ids, so that it can go on with it, and none of what callers of ours put beside them.</summary>
internal sealed class TraceParentOnly : DistributedContextPropagator
{
    private const string Header = "traceparent";

    private static readonly DistributedContextPropagator s_inner = CreateDefaultPropagator();

    public override IReadOnlyCollection<string> Fields { get; } = [Header];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
        s_inner.Inject(activity, carrier, setter is null ? null : (to, name, value) =>
        {
            if (name == Header)
                setter(to, name, value);
        });

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        s_inner.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
