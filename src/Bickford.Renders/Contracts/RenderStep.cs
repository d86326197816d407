namespace Bickford.Renders;

/// <summary>One link of the chain. A step does one thing and commits.</summary>
public enum RenderStep
{
    /// <summary>Ask the provider for the video: commit the intent, then one POST.</summary>
    Create,

    /// <summary>Look at the provider's status.</summary>
    Poll,

    /// <summary>Bring the provider's files to the staging folder.</summary>
    Download,

    /// <summary>Put the staged files into the video store and verify them there.</summary>
    Upload,

    /// <summary>Write the closing ledger event and tell the observers.</summary>
    Record,
}
