namespace Bickford.Renders;

/// <summary>Where new ids come from. Injected, so that a simulation can give the same ones again.</summary>
internal class IdSource
{
    /// <summary>A version 7 UUID: sorts by time, and nobody else has it.</summary>
    public virtual Guid Next(DateTimeOffset now) => Guid.CreateVersion7(now);
}
