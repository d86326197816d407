namespace Bickford.Renders.Simulator;

/// <summary>Messages that more than one place answers with.</summary>
internal static class Texts
{
    public const string Moderation = "Your request was blocked by our moderation system.";
}
