using Bickford.Renders.Ports;

namespace Bickford.Renders.Worker.Commands;

/// <summary>Keys in words.</summary>
internal static class KeyWords
{
    public static string Role(ApiKeyRole role) => role == ApiKeyRole.Operator ? "operator" : "viewer";

    /// <summary>Whether it opens anything.</summary>
    public static string State(ApiKey key, DateTimeOffset now) => key switch
    {
        { RevokedAt: not null } => "revoked",
        { ExpiresAt: { } end } when end <= now => "expired",
        _ => "good",
    };
}
