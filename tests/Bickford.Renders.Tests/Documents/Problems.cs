namespace Bickford.Renders.Tests.Documents;

/// <summary>What is wrong with pages, each with its place.</summary>
internal static class Problems
{
    /// <summary>There are none; else all are told, a line each.</summary>
    public static void None(IEnumerable<string> problems) => string.Join('\n', problems).ShouldBeEmpty();
}
