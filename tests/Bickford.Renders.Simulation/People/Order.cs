namespace Bickford.Renders.Simulation.People;

/// <summary>One thing a caller wants rendered, and what he knows about it.</summary>
internal sealed class Order(string prompt, string? key, byte[]? reference)
{
    public string Prompt { get; } = prompt;

    public string? Key { get; } = key;

    public byte[]? Reference { get; } = reference;

    /// <summary>The render that an answer named.</summary>
    public Guid? Answered { get; set; }

    /// <summary>How often it was handed in.</summary>
    public int Attempts { get; set; }

    /// <summary>The caller will do no more about it.</summary>
    public bool IsDone { get; set; }

    /// <summary>It may be refused: what it is to be made from may be gone meanwhile.</summary>
    public bool MayBeRefused { get; init; }

    /// <summary>It was handed in inside a transaction that was rolled back.</summary>
    public bool IsRolledBack { get; set; }

    public RenderRequest Request(int priority) => new(Prompt)
    {
        Priority = priority,
        Reference = Reference is null ? null : new ReferenceImage(Reference, "picture.png"),
    };
}
