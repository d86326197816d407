using System.Security.Claims;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Doors;

/// <summary>Who stands in a door that he came through.</summary>
/// <param name="Access">How far he may go.</param>
/// <param name="Name">What the ledger says of what he does; null for whoever is on this machine.</param>
/// <param name="Id">Tells him from all others, whatever they call themselves.</param>
/// <param name="ByKey">He showed a key with this very request: no browser did that for a foreign page.</param>
internal sealed record Visitor(Access Access, string? Name, string Id, bool ByKey = false)
{
    private const int LongestName = 100;

    // What we call others: a person of this name would pass for them on the ledger.
    private static readonly string[] s_ours = ["operator", "viewer", "dashboard", "cli"];

    /// <summary>Whoever is on this machine.</summary>
    public static Visitor OfThisMachine { get; } = new(Access.Act, null, "machine");

    /// <summary>The user of one of the two passwords.</summary>
    public static Visitor OfPassword(Access access) => new(access, access == Access.Act ? "operator" : "viewer", $"password:{access}");

    /// <summary>A person whom somebody else names.</summary>
    public static Visitor OfPerson(Access access, string name, string id) => new(access, PersonName(name), id);

    /// <summary>The holder of a key.</summary>
    public static Visitor OfKey(Access access, string name, string id) => new(access, $"key:{name}", $"key:{id}", ByKey: true);

    /// <summary>The same for the framework: a form is good for him alone.</summary>
    public ClaimsPrincipal Principal() => new(Name is null
        ? new ClaimsIdentity()
        : new ClaimsIdentity([new Claim(ClaimTypes.Name, Name), new Claim(ClaimTypes.NameIdentifier, Id), .. Roles()], "Door"));

    private IEnumerable<Claim> Roles() => Access switch
    {
        Access.Act => [new Claim(ClaimTypes.Role, "operator")],
        Access.Look => [new Claim(ClaimTypes.Role, "viewer")],
        _ => [],
    };

    private static string PersonName(string name)
    {
        var line = SafeText.Cut(name, LongestName);
        return s_ours.Contains(line, StringComparer.OrdinalIgnoreCase) || line.StartsWith("key:", StringComparison.OrdinalIgnoreCase) ? $"user:{line}" : line;
    }
}
