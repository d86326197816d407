using Bickford.Renders.Data;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Doctor;

/// <summary>Tells what is wrong from how to mend it, in the errors of the worker's parts.</summary>
internal static class Ailment
{
    public static (string Said, string Mend) Of(Exception exception) => exception switch
    {
        DatabaseException e => (e.Message.Replace($"; allowed: {e.Allowed}", "", StringComparison.Ordinal), $"it needs {e.Allowed}"),
        VideoStoreException e => OfStore(e.Message),
        VideosApiException e => (Without(e.Message, "; check Sora:ApiKey", "; check Sora:BaseUrl, which usually ends in /v1"), OfProvider(e)),
        SettingsException { Errors: [var first, ..] } => (first.Message.Split("; ")[0], first.Message),
        // A token that is nobody's but the check's own.
        OperationCanceledException => ("no answer in time", "check that it runs, and the network in between"),
        _ => ($"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}", "if the message does not help, report it with what 'renders --version' says"),
    };

    // The advice stands behind the last semicolon.
    private static (string Said, string Mend) OfStore(string message) => message.LastIndexOf("; ", StringComparison.Ordinal) is var at and > 0
        ? (message[..at], message[(at + 2)..])
        : (message, "check the settings under Storage");

    private static string OfProvider(VideosApiException e) => e.Fault switch
    {
        VideosFault.Authentication => "set Sora:ApiKey (environment variable Sora__ApiKey, or OPENAI_API_KEY) to a key of this server that may use videos",
        VideosFault.Quota => "raise the limit or add credit at the provider; creates wait until then",
        VideosFault.RateLimit => "wait a little, or set Sora:RequestsPerMinute to what the provider allows",
        VideosFault.NotFound or VideosFault.NotSupported => "correct Sora:BaseUrl, which usually ends in /v1",
        VideosFault.BadAnswer => "check that a server of the Videos protocol answers at Sora:BaseUrl, and no proxy or web page in its place",
        VideosFault.Unavailable when e.HttpStatus is not null => "the server is unwell: try again later, or see its status page",
        VideosFault.Unavailable => "check Sora:BaseUrl, that the server runs, and the network (proxies are taken from HTTPS_PROXY and NO_PROXY)",
        _ => "check the settings under Sora",
    };

    private static string Without(string message, params ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
        {
            if (message.EndsWith(ending, StringComparison.Ordinal))
                return message[..^ending.Length];
        }

        return message;
    }
}
