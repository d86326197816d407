namespace Bickford.Renders.Shipping.Tests.Compose;

/// <summary>What the service <c>secrets</c> makes up, by example.</summary>
internal static class MadeUpSecrets
{
    public static IReadOnlyDictionary<string, string> Examples { get; } = new Dictionary<string, string>
    {
        ["postgres-password"] = "example-password-of-24-b",
        ["Database__ConnectionString"] = "Host=postgres;Database=renders;Username=renders;Password=example-password-of-24-b",
        ["Storage__AccessKey"] = "renders-example1",
        ["Storage__SecretKey"] = "example-secret-of-24-byte",
        ["Dashboard__OperatorPassword"] = "example-password-24-bytes",
        ["Dashboard__KeySecret"] = "example-key-secret-24-bytes-base64",
    };
}
