namespace Bickford.Renders.Data;

/// <summary>The database cannot be used, or did not do what it was asked; one line for people.</summary>
public sealed class DatabaseException : Exception
{
    /// <summary>Says what is wrong, what it held, and what is allowed.</summary>
    /// <param name="field">The setting or column.</param>
    /// <param name="value">What it holds; without secrets.</param>
    /// <param name="allowed">What is allowed, or how to mend it.</param>
    /// <param name="detail">What the database says, or null.</param>
    /// <param name="inner">The database's own error.</param>
    public DatabaseException(string field, string? value, string allowed, string? detail = null, Exception? inner = null)
        : base($"{field}: {(string.IsNullOrEmpty(value) ? "(empty)" : $"'{value}'")} cannot be used; allowed: {allowed}{(detail is null ? "" : $" ({detail})")}", inner)
    {
        Field = field;
        Value = value;
        Allowed = allowed;
    }

    /// <summary>The setting or column.</summary>
    public string Field { get; }

    /// <summary>What it holds.</summary>
    public string? Value { get; }

    /// <summary>What is allowed, or how to mend it.</summary>
    public string Allowed { get; }

    /// <summary>The column whose value another row has already, when that is what went wrong.</summary>
    internal string? TakenColumn { get; init; }
}
