namespace Bickford.Renders.Data;

/// <summary>Where the columns stand in <see cref="LedgerTable.All"/> and in <see cref="LedgerTable.Leaf"/>.</summary>
internal static class LedgerColumn
{
    public const int Seq = 0;
    public const int EventId = 1;
    public const int Stream = 2;
    public const int RenderId = 3;
    public const int RenderSeq = 4;
    public const int Type = 5;
    public const int OccurredAt = 6;
    public const int Payload = 7;
    public const int PrevHash = 8;
    public const int Hash = 9;

    // Of LedgerTable.Leaf.
    public const int LeafSeq = 0;
    public const int LeafHash = 1;
}
