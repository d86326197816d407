namespace Bickford.Renders.Worker.Doctor;

/// <summary>What a check came to.</summary>
internal enum Verdict
{
    /// <summary>Nothing is wrong.</summary>
    Ok,

    /// <summary>It works, and somebody should know.</summary>
    Note,

    /// <summary>It does not work.</summary>
    Wrong,

    /// <summary>It could not be looked at, because of something else that is wrong.</summary>
    Skipped,
}

/// <summary>What one check found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Verdict">How it stands.</param>
/// <param name="Said">What was seen.</param>
/// <param name="Mend">How to mend it; null where there is nothing to mend.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Said, string? Mend = null)
{
    public static Finding Ok(string check, string said) => new(check, Verdict.Ok, said);

    public static Finding Note(string check, string said, string mend) => new(check, Verdict.Note, said, mend);

    public static Finding Wrong(string check, string said, string mend) => new(check, Verdict.Wrong, said, mend);

    public static Finding Skipped(string check, string why) => new(check, Verdict.Skipped, why);
}
