using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Webhooks;

/// <summary>Adds hooks to a worker.</summary>
public static class WebhookRegistration
{
    /// <summary>Sends ledger events to these addresses, in order, each at least once. Needs rows in a database.</summary>
    /// <param name="builder">The worker.</param>
    /// <param name="hooks">The hooks.</param>
    /// <param name="deliver">False: only <see cref="IHooks"/>, for a program that runs beside the worker.</param>
    /// <exception cref="RenderRequestException">Something is wrong with one of them.</exception>
    public static RendersBuilder UseWebhooks(this RendersBuilder builder, IReadOnlyList<Hook> hooks, bool deliver = true)
    {
        foreach (var hook in hooks)
        {
            if (hook.Problem() is var (setting, value, allowed))
                throw new RenderRequestException(setting.Length == 0 ? $"Hooks:{hook.Name}" : $"Hooks:{hook.Name}:{setting}", value, allowed);
        }

        if (hooks.GroupBy(hook => hook.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new RenderRequestException($"Hooks:{twice.Key}", twice.Key, "a name for each hook");
        builder.Services.AddSingleton<IHookSender, HttpHookSender>();
        builder.Services.AddSingleton<IHooks>(provider => new Hooks(
            [.. hooks.OrderBy(hook => hook.Name, StringComparer.Ordinal)],
            provider.GetRequiredService<ILedger>(),
            provider.GetRequiredService<IHookStore>(),
            provider.GetRequiredService<IHookSender>(),
            provider.GetRequiredService<TimeProvider>()));
        if (deliver && hooks.Count > 0)
            builder.Services.AddSingleton<IHostedService>(provider => ServiceOf(provider, hooks));
        return builder;
    }

    private static HookService ServiceOf(IServiceProvider provider, IReadOnlyList<Hook> hooks)
    {
        var (clock, logger) = (provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<HookService>>());
        HookDelivery[] deliveries =
        [
            .. hooks.Select(hook => new HookDelivery(
                hook, provider.GetRequiredService<ILedger>(), provider.GetRequiredService<IHookStore>(), provider.GetRequiredService<IHookSender>(), clock, provider.GetRequiredService<Jitter>(), logger)),
        ];
        return new HookService(deliveries, provider.GetRequiredService<IUpkeepLease>(), clock, logger);
    }
}
