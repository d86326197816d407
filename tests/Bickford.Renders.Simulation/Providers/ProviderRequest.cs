using System.Text;
using System.Text.Json;

namespace Bickford.Renders.Simulation.Providers;

/// <summary>What is asked of the provider.</summary>
internal enum Operation
{
    Create,
    Remix,
    Get,
    List,
    Content,
    Delete,
}

/// <summary>A request as the server reads it.</summary>
internal sealed record ProviderRequest(Operation Operation, string? Id, IReadOnlyDictionary<string, string> Fields)
{
    public long From { get; init; }

    public string? IfRange { get; init; }

    public bool IsPost => Operation is Operation.Create or Operation.Remix;

    public static async Task<ProviderRequest> ReadAsync(HttpRequestMessage request)
    {
        var uri = request.RequestUri!;
        string[] path = [.. uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(2).Select(Uri.UnescapeDataString)];
        var fields = request.Content is { } content ? await FieldsOfAsync(content) : QueryOf(uri.Query);
        return new ProviderRequest(OperationOf(request.Method, path), path.Length > 0 ? path[0] : null, fields)
        {
            From = request.Headers.Range?.Ranges.First().From ?? 0,
            IfRange = request.Headers.IfRange?.EntityTag?.Tag,
        };
    }

    private static Operation OperationOf(HttpMethod method, string[] path) => (method.Method, path) switch
    {
        ("POST", []) => Operation.Create,
        ("POST", [_, "remix"]) => Operation.Remix,
        ("GET", []) => Operation.List,
        ("GET", [_]) => Operation.Get,
        ("GET", [_, "content"]) => Operation.Content,
        ("DELETE", [_]) => Operation.Delete,
        _ => throw new InvalidOperationException($"{method} {string.Join('/', path)} is no operation of the protocol"),
    };

    private static Dictionary<string, string> QueryOf(string query) =>
        query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);

    private static async Task<Dictionary<string, string>> FieldsOfAsync(HttpContent content)
    {
        using var body = new MemoryStream();
        await content.CopyToAsync(body);
        var bytes = body.ToArray();
        var type = content.Headers.NonValidated["Content-Type"].ToString();
        return type.StartsWith("application/json", StringComparison.Ordinal)
            ? JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(bytes)!.ToDictionary(f => f.Key, f => f.Value.ToString(), StringComparer.Ordinal)
            : FormOf(Encoding.Latin1.GetString(bytes), type[(type.IndexOf("boundary=", StringComparison.Ordinal) + 9)..]);
    }

    private static Dictionary<string, string> FormOf(string body, string boundary)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in body.Split("--" + boundary).Where(part => part.Contains("name=\"", StringComparison.Ordinal)))
        {
            var name = part[(part.IndexOf("name=\"", StringComparison.Ordinal) + 6)..];
            var value = part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..^2];
            fields[name[..name.IndexOf('"', StringComparison.Ordinal)]] = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(value));
        }

        return fields;
    }
}

/// <summary>An answer before it goes on its way.</summary>
internal sealed record ProviderAnswer(int Status, byte[] Body, string Type = "application/json")
{
    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The video whose file this is.</summary>
    public ProviderVideo? FileOf { get; init; }

    /// <summary>Whether it is the video itself, and not a preview.</summary>
    public bool IsVideo { get; init; }

    public static ProviderAnswer Json(int status, string json) => new(status, Encoding.UTF8.GetBytes(json));
}
