using Bickford.Renders.Webhooks;

namespace Bickford.Renders.Tests.Webhooks;

/// <summary>Hooks for tests.</summary>
internal static class TestHooks
{
    public const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public static Hook New(string url = "https://receiver.example/in", string name = "billing") => new() { Name = name, Url = new Uri(url), Secrets = [Key], Types = ["note", "invoice.*"] };
}

/// <summary>Answers as it is told, and keeps what it was sent.</summary>
internal sealed class ScriptedSender : IHookSender
{
    public List<string> Sent { get; } = [];

    public Func<int, HookAnswer> Answer { get; set; } = _ => new HookAnswer(200);

    public Task<HookAnswer> SendAsync(Hook hook, HookMessage message, CancellationToken cancellationToken)
    {
        Sent.Add(message.Id);
        return Task.FromResult(Answer(Sent.Count));
    }
}
