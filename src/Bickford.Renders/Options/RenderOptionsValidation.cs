using System.Globalization;
using Bickford.Renders.Policies;

namespace Bickford.Renders;

/// <summary>Checks <see cref="RenderOptions"/>: ranges as its documentation says.</summary>
internal static class RenderOptionsValidation
{
    public static void Check(RenderOptions options)
    {
        Within("Jobs:Deadline", options.Deadline, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
        Within("Jobs:Lease", options.Lease, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10));
        Within("Sora:CreateSettle", options.CreateSettle, TimeSpan.Zero, TimeSpan.FromHours(1));
        Within("Jobs:ReconcileEvery", options.ReconcileEvery, TimeSpan.FromSeconds(0.1), TimeSpan.FromHours(1));
        Within("Jobs:ReconcileGrace", options.ReconcileGrace, TimeSpan.Zero, TimeSpan.FromHours(1));
        Within("Jobs:PollFirst", options.Poll.First, TimeSpan.FromSeconds(0.01), TimeSpan.FromHours(1));
        Within("Jobs:PollMax", options.Poll.Max, options.Poll.First, TimeSpan.FromDays(1));
        Within("Jobs:RetryFirst", options.Retry.First, TimeSpan.FromSeconds(0.01), TimeSpan.FromHours(1));
        Within("Jobs:RetryMax", options.Retry.Max, options.Retry.First, TimeSpan.FromDays(1));
        Within("Ledger:SealEvery", options.Ledger.SealEvery, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        if (options.Ledger.SealMaxEvents is < 1 or > 100_000)
            throw new RenderRequestException("Ledger:SealMaxEvents", options.Ledger.SealMaxEvents.ToString(CultureInfo.InvariantCulture), "1 to 100000");
        CheckRetention(options.Retention);
        CheckBudget(options.Budget);
        CheckIntents(options);
        if (options.Poll.Factor is not (>= 1 and <= 10))
            throw new RenderRequestException("Jobs:PollFactor", options.Poll.Factor.ToString(CultureInfo.InvariantCulture), "1 to 10");
        if (options.Poll.Looks is not (>= 2 and <= 100))
            throw new RenderRequestException("Jobs:PollLooks", options.Poll.Looks.ToString(CultureInfo.InvariantCulture), "2 to 100");
        if (options.Retry.MaxAttempts is < 1 or > 1000)
            throw new RenderRequestException("Jobs:MaxAttempts", options.Retry.MaxAttempts.ToString(CultureInfo.InvariantCulture), "1 to 1000");
        Within("Sora:RequestsPerMinute", options.RequestsPerMinute);
        Within("Sora:MaxInFlight", options.MaxInFlight);
        if (options.MaxAssetBytes < 1 << 20)
            throw new RenderRequestException("Staging:MaxFileBytes", options.MaxAssetBytes.ToString(CultureInfo.InvariantCulture), "at least 1048576 (1 MiB)");
        if (options.StagingMaxBytes < options.MaxAssetBytes)
            throw new RenderRequestException("Staging:MaxBytes", options.StagingMaxBytes.ToString(CultureInfo.InvariantCulture), $"at least Staging:MaxFileBytes, {options.MaxAssetBytes}");
        if (string.IsNullOrWhiteSpace(options.StagingRoot))
            throw new RenderRequestException("Staging:Root", options.StagingRoot, "a folder");
        if (options.DefaultModel is { } model && options.Models.Count > 0 && !options.Models.ContainsKey(model))
            throw new RenderRequestException("Sora:DefaultModel", model, $"a model of Sora:Models: {string.Join(", ", options.Models.Keys)}");
    }

    // What does not fit the catalogue would refuse each request that states the intent: it is told at the start.
    private static void CheckIntents(RenderOptions options)
    {
        foreach (var (intent, set) in options.Intents)
        {
            if (set.Priority is < -100 or > 100)
                throw new RenderRequestException($"Intents:{intent}:Priority", set.Priority.Value.ToString(CultureInfo.InvariantCulture), "-100 to 100");
            if (options.Models.Count == 0)
                continue;
            var name = set.Model ?? SettingsPolicy.Usual(intent);
            if (!options.Models.TryGetValue(name, out var model))
            {
                if (set.Model is not null)
                    throw new RenderRequestException($"Intents:{intent}:Model", name, $"a model of Sora:Models: {string.Join(", ", options.Models.Keys)}");
                continue;
            }

            if (set.Size is { } size && model.Sizes.Count > 0 && !model.Sizes.Contains(size))
                throw new RenderRequestException($"Intents:{intent}:Size", size, $"{string.Join(", ", model.Sizes)} for model {name}");
            if (set.Seconds is { } seconds && model.Seconds.Count > 0 && !model.Seconds.Contains(seconds))
                throw new RenderRequestException($"Intents:{intent}:Seconds", seconds.ToString(CultureInfo.InvariantCulture), $"{string.Join(", ", model.Seconds)} for model {name}");
        }
    }

    private static void CheckRetention(RetentionOptions retention)
    {
        var years = TimeSpan.FromDays(365) * 100;
        Within("Retention:Every", retention.Every, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7));
        Within("Retention:ProviderCopiesAfter", retention.ProviderCopiesAfter ?? TimeSpan.Zero, TimeSpan.Zero, years);
        Within("Retention:ForeignAfter", retention.ForeignAfter ?? years, TimeSpan.FromHours(1), years);
        if (retention.MaxDeletions is < 1 or > 100_000)
            throw new RenderRequestException("Retention:MaxDeletions", retention.MaxDeletions.ToString(CultureInfo.InvariantCulture), "1 to 100000");
        if (retention.KeepLast is < 0 or > 1_000_000)
            throw new RenderRequestException("Retention:KeepLast", retention.KeepLast.ToString(CultureInfo.InvariantCulture), "0 to 1000000");
        foreach (var (status, age) in retention.Files)
        {
            if (!RetentionOptions.Ended.Contains(status))
                throw new RenderRequestException("Retention", status.ToString(), string.Join(", ", RetentionOptions.Ended));
            Within($"Retention:{status}", age, TimeSpan.Zero, years);
        }

        foreach (var (tag, age) in retention.Tags)
            Within($"Retention:Tags:{tag}", age ?? TimeSpan.Zero, TimeSpan.Zero, years);
    }

    private static void CheckBudget(BudgetOptions budget)
    {
        Within("Budget:PerDay", budget.PerDay);
        Within("Budget:PerMonth", budget.PerMonth);
        foreach (var (tag, own) in budget.Tags)
        {
            Within($"Budget:Tags:{tag}:PerDay", own.PerDay);
            Within($"Budget:Tags:{tag}:PerMonth", own.PerMonth);
        }
    }

    private static void Within(string setting, decimal? dollars)
    {
        if (dollars is < 0 or > BudgetOptions.Highest)
            throw new RenderRequestException(setting, dollars.Value.ToString(CultureInfo.InvariantCulture), $"0 to {BudgetOptions.Highest}");
    }

    private static void Within(string setting, int limit)
    {
        if (limit is < 0 or > RenderOptions.HighestLimit)
            throw new RenderRequestException(setting, limit.ToString(CultureInfo.InvariantCulture), $"0 (unlimited) to {RenderOptions.HighestLimit}");
    }

    private static void Within(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
            throw new RenderRequestException(setting, value.ToString("c", CultureInfo.InvariantCulture), $"{least:c} to {most:c}");
    }
}
