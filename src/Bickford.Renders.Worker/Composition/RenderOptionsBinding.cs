using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Composition;

/// <summary>Hands the settings to the core.</summary>
internal static class RenderOptionsBinding
{
    public static void Fill(RenderOptions options, WorkerSettings settings)
    {
        foreach (var (name, model) in settings.Sora.Models)
            options.Models[name] = model;
        options.DefaultModel = settings.Sora.DefaultModel;
        options.CreateSettle = settings.Sora.CreateSettle;
        options.RequestsPerMinute = settings.Sora.RequestsPerMinute;
        options.MaxInFlight = settings.Sora.MaxInFlight;
        options.Previews = settings.Sora.Previews;
        (options.Budget.PerDay, options.Budget.PerMonth) = (settings.Budget.PerDay, settings.Budget.PerMonth);
        foreach (var (tag, budget) in settings.Budget.Tags)
            options.Budget.Tags[tag] = budget;
        foreach (var (intent, chosen) in settings.Intents)
            options.Intents[intent] = chosen;
        options.Deadline = settings.Jobs.Deadline;
        options.Lease = settings.Jobs.Lease;
        options.Poll.First = settings.Jobs.PollFirst;
        options.Poll.Max = settings.Jobs.PollMax;
        options.Poll.Factor = settings.Jobs.PollFactor;
        (options.Poll.Learns, options.Poll.Looks, options.Poll.Merges) = (settings.Jobs.PollLearns, settings.Jobs.PollLooks, settings.Jobs.PollMerges);
        options.Retry.First = settings.Jobs.RetryFirst;
        options.Retry.Max = settings.Jobs.RetryMax;
        options.Retry.MaxAttempts = settings.Jobs.MaxAttempts;
        options.ReconcileEvery = settings.Jobs.ReconcileEvery;
        options.ReconcileGrace = settings.Jobs.ReconcileGrace;
        Fill(options.Retention, settings.Retention);
        options.Ledger.SealEvery = settings.Ledger.SealEvery;
        options.Ledger.SealMaxEvents = settings.Ledger.SealMaxEvents;
        options.StagingRoot = settings.StagingRoot;
        options.StagingMaxBytes = settings.StagingMaxBytes;
        options.MaxAssetBytes = settings.StagingMaxFileBytes;
        options.CarryOn = settings.Jobs.CarryOn;
    }

    private static void Fill(RetentionOptions options, RetentionOptions settings)
    {
        (options.Every, options.MaxDeletions, options.KeepLast) = (settings.Every, settings.MaxDeletions, settings.KeepLast);
        (options.ProviderCopiesAfter, options.ForeignAfter) = (settings.ProviderCopiesAfter, settings.ForeignAfter);
        foreach (var (status, age) in settings.Files)
            options.Files[status] = age;
        foreach (var (tag, age) in settings.Tags)
            options.Tags[tag] = age;
    }
}
