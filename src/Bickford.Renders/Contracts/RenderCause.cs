namespace Bickford.Renders;

/// <summary>Why a render failed or was parked.</summary>
public enum RenderCause
{
    /// <summary>The provider's content policy refused the prompt, the reference or the result.</summary>
    Policy,

    /// <summary>The provider says that the request is wrong.</summary>
    InvalidRequest,

    /// <summary>The provider does not accept the key, or the key may not do this.</summary>
    Authentication,

    /// <summary>Credit or a spending limit at the provider is used up; an operator must act.</summary>
    Quota,

    /// <summary>The provider asked to slow down for longer than the render's deadline allows.</summary>
    RateLimit,

    /// <summary>The provider ended the render without a video.</summary>
    ProviderFailed,

    /// <summary>The provider no longer knows the video.</summary>
    ProviderLost,

    /// <summary>The provider's copy expired before it could be stored.</summary>
    Expired,

    /// <summary>The staging folder or the video store does not work.</summary>
    Storage,

    /// <summary>A create may have taken effect and be billed, and it cannot be proven either way.</summary>
    AmbiguousCreate,

    /// <summary>The render's deadline passed.</summary>
    Deadline,

    /// <summary>A budget does not allow it.</summary>
    Budget,

    /// <summary>The provider cannot be reached or answers with server errors, for longer than the retries last; or a fault of the worker itself.</summary>
    Internal,
}
