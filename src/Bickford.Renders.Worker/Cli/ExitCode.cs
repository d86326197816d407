namespace Bickford.Renders.Worker.Cli;

/// <summary>What the program answers to its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done, and every render that was waited for completed.</summary>
    public const int Ok = 0;

    /// <summary>A render that was waited for did not complete, or the ledger does not verify.</summary>
    public const int Failed = 1;

    /// <summary>Arguments, settings or ids are wrong. Nothing was written.</summary>
    public const int BadInput = 2;

    /// <summary>A fault nobody foresaw (EX_SOFTWARE of sysexits.h).</summary>
    public const int Fault = 70;

    /// <summary>Stopped by Ctrl-C or SIGTERM before it was done.</summary>
    public const int Interrupted = 130;
}
