using System.Globalization;

namespace Bickford.Renders.Simulator;

/// <summary>A token bucket: so many requests a minute, refilled evenly.</summary>
internal sealed class RequestBudget(int perMinute, TimeProvider clock)
{
    private readonly Lock gate = new();
    private double tokens = perMinute;
    private DateTimeOffset filledAt = clock.GetUtcNow();

    /// <summary>Takes one request from the budget.</summary>
    /// <returns>How long to wait for the next one; zero where this one may pass.</returns>
    public TimeSpan Take(IHeaderDictionary headers)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            tokens = Math.Min(perMinute, tokens + (now - filledAt).TotalMinutes * perMinute);
            filledAt = now;
            var wait = tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromMinutes((1 - tokens) / perMinute);
            if (wait == TimeSpan.Zero)
                tokens--;

            var full = TimeSpan.FromMinutes((perMinute - tokens) / perMinute);
            headers["x-ratelimit-limit-requests"] = perMinute.ToString(CultureInfo.InvariantCulture);
            headers["x-ratelimit-remaining-requests"] = ((int)tokens).ToString(CultureInfo.InvariantCulture);
            headers["x-ratelimit-reset-requests"] = string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(full.TotalMilliseconds)}ms");
            return wait;
        }
    }
}
