using System.Text;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Policies;

/// <summary>What can be done about a fault.</summary>
public enum FaultKind
{
    /// <summary>Trying again gives the same result.</summary>
    Permanent,

    /// <summary>Trying again later may help.</summary>
    Transient,

    /// <summary>The provider asks to wait.</summary>
    Throttled,

    /// <summary>A create may have taken effect.</summary>
    AmbiguousCreate,

    /// <summary>Nothing helps until an operator acts.</summary>
    NeedsOperator,

    /// <summary>The provider does not know the video or its file: lost, expired, or not there yet.</summary>
    NotFound,
}

/// <summary>Why a step did not do its thing.</summary>
/// <param name="Kind">What can be done about it.</param>
/// <param name="Cause">The cause, if the render fails of it.</param>
/// <param name="Message">For people; without secrets.</param>
/// <param name="RetryAfter">How long the provider asks to wait.</param>
public sealed record StepFault(FaultKind Kind, RenderCause Cause, string Message, TimeSpan? RetryAfter = null)
{
    /// <summary>The provider answered our create with a refusal: for certain, no video came of it.</summary>
    public bool RefusesCreate { get; init; }

    /// <summary>For people; fit for every database, at most <see cref="MaxMessageLength"/> characters.</summary>
    public string Message { get; init; } = Clean(Message);

    /// <summary>The longest message that is kept.</summary>
    public const int MaxMessageLength = 1000;

    /// <summary>Turns whatever a step threw into a fault with a cause.</summary>
    public static StepFault From(Exception exception, RenderStep step) => exception switch
    {
        Steps.StepFaultException e => e.Fault,
        VideosApiException e => From(e, step),
        VideoStoreException e => new(FaultKind.Transient, RenderCause.Storage, e.Message),
        IOException or UnauthorizedAccessException => new(FaultKind.Transient, RenderCause.Storage, exception.Message),
        _ => new(FaultKind.Transient, RenderCause.Internal, $"{exception.GetType().Name}: {exception.Message}"),
    };

    private static StepFault From(VideosApiException e, RenderStep step)
    {
        var message = e.RequestId is null ? e.Message : $"{e.Message} (request {e.RequestId})";
        if (e.Effect == RequestEffect.Unknown)
            return new StepFault(FaultKind.AmbiguousCreate, RenderCause.AmbiguousCreate, message);
        return e.Fault switch
        {
            VideosFault.Policy => new(FaultKind.Permanent, RenderCause.Policy, message),
            VideosFault.InvalidRequest or VideosFault.NotSupported => new(FaultKind.Permanent, RenderCause.InvalidRequest, message),
            VideosFault.Authentication => new(FaultKind.Permanent, RenderCause.Authentication, message),
            VideosFault.Quota => new(FaultKind.NeedsOperator, RenderCause.Quota, message),
            VideosFault.RateLimit => new(FaultKind.Throttled, RenderCause.RateLimit, message, e.RetryAfter),
            VideosFault.NotFound when step == RenderStep.Create => new(FaultKind.Permanent, RenderCause.InvalidRequest, message),
            VideosFault.NotFound when step == RenderStep.Poll => new(FaultKind.NotFound, RenderCause.ProviderLost, message),
            VideosFault.NotFound => new(FaultKind.NotFound, RenderCause.Expired, message),
            // A file that is none, from a place where none may be: as wrong as one whose bytes are.
            VideosFault.BadAnswer when step == RenderStep.Download => new(FaultKind.Transient, RenderCause.ProviderFailed, message, e.RetryAfter),
            _ => new(FaultKind.Transient, RenderCause.Internal, message, e.RetryAfter),
        };
    }

    /// <summary>Text from outside as a row can keep it: a NUL or half a surrogate pair would make every commit fail, so the row could never move again.</summary>
    internal static string Clean(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, MaxMessageLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > MaxMessageLength - 1)
                return clean.Append('…').ToString();
            clean.Append(rune.Value == 0 ? new Rune(' ') : rune);
        }

        return clean.ToString();
    }
}
