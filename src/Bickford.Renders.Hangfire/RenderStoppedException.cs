namespace Bickford.Renders.Hangfire;

/// <summary>Ends the job of a render that failed or was parked, so that it stands in Hangfire's Failed list with the cause.</summary>
public sealed class RenderStoppedException : Exception
{
    internal RenderStoppedException(Render render)
        : base($"{render.Status} in {render.Step}, {render.Cause}: {render.Message}")
    {
    }
}
