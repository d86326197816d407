namespace Bickford.Renders.Worker.Settings;

/// <summary>A value as somebody wrote it, before anything is known about its key.</summary>
/// <param name="Path">The sections and the key.</param>
/// <param name="Values">The value; several for a list, none for an empty section.</param>
/// <param name="Shape">How it was written.</param>
/// <param name="Source">Where it was written, as an error line names it.</param>
internal sealed record RawSetting(IReadOnlyList<string> Path, IReadOnlyList<string> Values, RawShape Shape, string Source)
{
    public string Name => string.Join(':', Path);
}

/// <summary>How a value was written.</summary>
internal enum RawShape
{
    /// <summary>One value.</summary>
    Value,

    /// <summary>A JSON array of values.</summary>
    List,

    /// <summary>A JSON object with nothing in it.</summary>
    EmptySection,
}
