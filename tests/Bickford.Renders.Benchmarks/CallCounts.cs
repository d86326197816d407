using System.Collections.Concurrent;
using System.Reflection;

namespace Bickford.Renders.Benchmarks;

/// <summary>Counts the calls of a port, by name.</summary>
internal sealed class CallCounts
{
    private readonly ConcurrentDictionary<string, long> _counts = new();

    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>The port, counted.</summary>
    public T Around<T>(T inner)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, Proxy>();
        ((Proxy)(object)proxy).Set(this, inner);
        return proxy;
    }

    /// <summary>Made by <see cref="DispatchProxy"/>, which derives from it.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "It is derived from at run time.")]
    public class Proxy : DispatchProxy
    {
        private CallCounts _counts = null!;
        private object _inner = null!;

        internal void Set(CallCounts counts, object inner) => (_counts, _inner) = (counts, inner);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            _counts._counts.AddOrUpdate(targetMethod!.Name, 1, (_, count) => count + 1);
            return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
    }
}
