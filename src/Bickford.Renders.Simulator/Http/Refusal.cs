namespace Bickford.Renders.Simulator;

/// <summary>A request that is answered with an error.</summary>
internal sealed class RefusalException(int status, string message) : Exception(message)
{
    public int Status => status;

    public string Type { get; init; } = "invalid_request_error";

    public string? Param { get; init; }

    public string? Code { get; init; }

    public static RefusalException Invalid(string param, string code, string message) => new(400, message) { Param = param, Code = code };

    public static RefusalException Missing(string param) =>
        Invalid(param, "missing_required_parameter", $"Missing required parameter: '{param}'.");

    public static RefusalException NoSuchVideo(string id) =>
        new(404, $"Video with id '{id}' not found.") { Param = "video_id", Code = "not_found" };

    public static RefusalException NoSuchRoute(int status, string method, string path) =>
        new(status, $"Invalid URL ({method} {path})") { Code = "unknown_url", Param = "url" };
}
