namespace Bickford.Renders.Simulation.Faults;

/// <summary>What goes wrong.</summary>
internal enum Fault
{
    None,

    /// <summary>The process dies before the call takes effect.</summary>
    DeathBefore,

    /// <summary>The process dies when the call has taken effect, before it returns.</summary>
    DeathAfter,

    /// <summary>The machine loses power: what was not flushed to its disk may be lost or torn.</summary>
    PowerCut,

    /// <summary>The call fails and has had no effect.</summary>
    Error,

    /// <summary>The call has taken effect and fails all the same.</summary>
    LostAnswer,

    /// <summary>The call takes longer than a lease.</summary>
    Delay,

    /// <summary>The whole process stands still for longer than a lease may last.</summary>
    Freeze,

    /// <summary>The process is told to shut down, and killed when it takes too long.</summary>
    Stop,

    /// <summary>The machine's clock jumps.</summary>
    ClockJump,

    /// <summary>A person cancels this render just now.</summary>
    PersonCancels,

    /// <summary>The engine never delivers.</summary>
    Forgotten,

    /// <summary>The engine delivers twice.</summary>
    Twice,

    /// <summary>The engine delivers late, after jobs that came later.</summary>
    Late,

    /// <summary>The connection is refused: not a byte leaves.</summary>
    Refused,

    /// <summary>The connection breaks while the request is sent, which never arrives.</summary>
    Broken,

    /// <summary>The request arrives long after it was sent.</summary>
    Slow,

    /// <summary>The process dies with the request on its way; it arrives.</summary>
    DeathInFlight,

    /// <summary>429: slow down.</summary>
    Throttled,

    /// <summary>503 before anything was done.</summary>
    Unavailable,

    /// <summary>401.</summary>
    Denied,

    /// <summary>The client's own circuit breaker is open.</summary>
    CircuitOpen,

    /// <summary>5xx, 408 or 409 although it was done.</summary>
    FalseError,

    /// <summary>No answer ever.</summary>
    Hangs,

    /// <summary>A page of HTML, a cut JSON, or nothing, with status 200.</summary>
    Garbage,

    /// <summary>404 although it is there.</summary>
    Missing,

    /// <summary>The answer of some seconds ago.</summary>
    Stale,

    /// <summary>The connection ends before the body does.</summary>
    Cut,

    /// <summary>No more bytes come.</summary>
    Stalls,

    /// <summary>Another file than the video.</summary>
    Wrong,

    /// <summary>The provider itself has only the beginning, and says so consistently.</summary>
    Short,

    /// <summary>After a break the provider has another encoding of the video.</summary>
    Changed,

    /// <summary>The disk is full.</summary>
    Full,

    /// <summary>Everything on the staging disk is gone.</summary>
    Wiped,

    /// <summary>The store acknowledges, and holds other bytes.</summary>
    Corrupt,

    /// <summary>An object of the store is damaged long after it was stored and verified.</summary>
    Rots,
}
