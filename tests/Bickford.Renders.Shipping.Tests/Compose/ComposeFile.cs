using System.Text.RegularExpressions;
using Bickford.Renders.Shipping.Tests.Support;

namespace Bickford.Renders.Shipping.Tests.Compose;

/// <summary>docker-compose.yml, read as Compose reads it where nobody sets a variable.</summary>
internal sealed partial class ComposeFile
{
    public const string Name = "docker-compose.yml";

    private ComposeFile(string text)
    {
        Text = text;
        Root = Yaml.Read(Interpolation().Replace(text, found => found.Groups["default"].Value));
        Services = Root.Map("services").ToDictionary(service => (string)service.Key, service => service.Value);
    }

    public string Text { get; }

    public Dictionary<object, object> Root { get; }

    public Dictionary<string, object> Services { get; }

    /// <summary>Those that run once and end.</summary>
    public IEnumerable<string> Once => Services.Keys.Where(name => Services[name].At("restart") is null);

    /// <summary>Those that stay.</summary>
    public IEnumerable<string> Lasting => Services.Keys.Except(Once);

    public static ComposeFile Read() => new(Repository.Read(Name));

    /// <summary>What a service's container starts with; a key without a value is taken from the environment, where it is not.</summary>
    public Dictionary<string, string> EnvironmentOf(string service) =>
        Services[service].Map("environment").Where(one => one.Value is not null).ToDictionary(one => (string)one.Key, one => (string)one.Value);

    // $$ is a dollar.
    [GeneratedRegex(@"(?<!\$)\$\{(?<name>\w+)(:-(?<default>[^}]*))?\}")]
    public static partial Regex Interpolation();
}
