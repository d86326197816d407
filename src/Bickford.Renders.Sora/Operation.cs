namespace Bickford.Renders.Sora;

/// <summary>What was asked of the server: the same HTTP status means different things for different questions.</summary>
internal enum Operation
{
    Create,
    Remix,
    Get,
    List,
    Content,
    Delete,
}
