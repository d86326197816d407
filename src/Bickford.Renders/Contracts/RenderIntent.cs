namespace Bickford.Renders;

/// <summary>What a render is for, where a caller leaves the choice of the model to an <see cref="Ports.IRenderPolicy"/>.</summary>
public enum RenderIntent
{
    /// <summary>To look at an idea: quick and cheap.</summary>
    Draft,

    /// <summary>To be shown: as good as it gets.</summary>
    Final,
}
