namespace Bickford.Renders.Sora;

/// <summary>What was asked of the server: the same HTTP status means different things for different questions.</summary>
internal enum Operation
{
    Create,
    Remix,
    Edit,
    Extend,
    Get,
    List,
    Content,
    Delete,
}

internal static class OperationExtensions
{
    /// <summary>Whether it makes a video, and so costs money.</summary>
    public static bool IsPaid(this Operation operation) => operation is Operation.Create or Operation.Remix or Operation.Edit or Operation.Extend;
}
