using System.Diagnostics;
using System.Globalization;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Worker.Diagnostics;

/// <summary>
/// Kills this process, as <c>kill -9</c> would, at a named point of the chain: for tests of recovery, off unless the environment
/// variable <c>RENDERS_KILL_AT</c> names a point, or <c>point#n</c> for the n-th time it is passed.
/// </summary>
internal sealed class KillPoints
{
    /// <summary>The variable that switches it on.</summary>
    public const string Variable = "RENDERS_KILL_AT";

    /// <summary>Every point there is, in the order of the chain.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        "enqueue.before-insert", "enqueue.after-insert",
        "create.before-intent", "create.after-intent", "create.after-post", "create.after-commit",
        "poll.before-look", "poll.after-look", "poll.after-commit",
        "download.before", "download.middle", "download.before-commit", "download.after-commit",
        "upload.middle", "upload.after-put", "upload.before-commit", "upload.after-commit",
        "record.before-record", "record.before-commit", "record.after-commit",
    ];

    private readonly string _point;
    private int _passesLeft;

    /// <summary>Reads <c>point</c> or <c>point#n</c>.</summary>
    /// <exception cref="RenderRequestException">There is no such point.</exception>
    public KillPoints(string text)
    {
        var parts = text.Split('#', 2);
        _point = parts[0];
        _passesLeft = 1;
        if (!All.Contains(_point) || (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _passesLeft) || _passesLeft < 1)))
            throw new RenderRequestException(Variable, text, $"one of {string.Join(", ", All)}, with #n for the n-th time");
    }

    /// <summary>Dies here, if this is the point.</summary>
    public void Pass(string point)
    {
        if (point == _point && Interlocked.Decrement(ref _passesLeft) == 0)
            Process.GetCurrentProcess().Kill();
    }

    /// <summary>Wraps the ports of the chain, if the variable is set. Call it after they are registered.</summary>
    public static void Wrap(IServiceCollection services, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        var points = new KillPoints(text);
        Decorate<IRenderStore>(services, inner => new KillingRenderStore(inner, points));
        Decorate<IVideosApi>(services, inner => new KillingVideosApi(inner, points));
        Decorate<IVideoStore>(services, inner => new KillingVideoStore(inner, points));
    }

    private static void Decorate<T>(IServiceCollection services, Func<T, T> wrap)
        where T : class
    {
        var inner = services.Last(d => d.ServiceType == typeof(T));
        services.Remove(inner);
        services.Add(ServiceDescriptor.Describe(typeof(T), provider => wrap((T)Create(provider, inner)), inner.Lifetime));
    }

    private static object Create(IServiceProvider provider, ServiceDescriptor descriptor) =>
        descriptor.ImplementationInstance
        ?? descriptor.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, descriptor.ImplementationType!);
}
