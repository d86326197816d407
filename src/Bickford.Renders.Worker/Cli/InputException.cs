namespace Bickford.Renders.Worker.Cli;

/// <summary>An argument is wrong. Nothing was written.</summary>
/// <param name="field">The argument.</param>
/// <param name="problem">What it held, what is allowed, where to fix it; one line.</param>
internal sealed class InputException(string field, string problem) : Exception($"{field}: {problem}")
{
    public string Field { get; } = field;
}
