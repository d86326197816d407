namespace Bickford.Renders.Ledger;

/// <summary>
/// Where an event of an <see cref="EventPage"/> stands in the page's bytes: its lines as they are hashed, and its hash behind them. Once the page is checked, it is right by itself: its
/// content has its hash, and its payload is canonical. What is left to say is how it fits its stream and its row.
/// </summary>
internal record struct StoredEvent
{
    public const int HashChars = 64;
    public const int IdChars = 36;
    public const int TimeChars = 24;

    /// <summary>How the name of a render's stream begins; its id is the rest.</summary>
    public static ReadOnlySpan<byte> RenderPrefix => "renders/"u8;

    public long Seq { get; init; }

    public long RenderSeq { get; init; }

    /// <summary>The event, where it is not plainly right by itself; nothing else is set then.</summary>
    public LedgerItem? Item { get; init; }

    public int At { get; init; }

    public int StreamLength { get; init; }

    public int TypeAt { get; init; }

    public int TypeLength { get; init; }

    public int PayloadLength { get; init; }

    public readonly int EventIdAt => At + HashChars + 1;

    public readonly int StreamAt => EventIdAt + IdChars + 1;

    public readonly int OccurredAtAt => TypeAt + TypeLength + 1;

    public readonly int PayloadAt => OccurredAtAt + TimeChars + 1;

    public readonly int HashAt => PayloadAt + PayloadLength + 1;

    /// <summary>All that is hashed.</summary>
    public readonly Piece Text => new(At, HashAt - At);

    /// <summary>It stands in a render's stream, and names that render.</summary>
    public bool IsOfRender { get; init; }

    /// <summary>Its id is the one that render, version and type give.</summary>
    public bool HasRightId { get; set; }

    /// <summary>What its payload says.</summary>
    public PayloadWalk Payload { get; set; }
}
