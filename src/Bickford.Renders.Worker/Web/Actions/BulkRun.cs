using System.Globalization;
using System.Text.Json;
using Bickford.Renders.Worker.Output;
using Microsoft.AspNetCore.DataProtection;

namespace Bickford.Renders.Worker.Web.Actions;

/// <summary>A bulk action that somebody has confirmed, and how far it has come. It travels with the page from request to request, protected: nothing of it can be made up in a link.</summary>
internal sealed record BulkRun
{
    /// <summary>What is done to each.</summary>
    public required BulkWhat What { get; init; }

    /// <summary>To all that match; null where they were picked.</summary>
    public RenderFilter? Filter { get; init; }

    /// <summary>Those that were picked and are not done yet.</summary>
    public IReadOnlyList<Guid> Picked { get; init; } = [];

    /// <summary>The id of the form that confirmed it.</summary>
    public required string Form { get; init; }

    public required string Reason { get; init; }

    /// <summary>Where to go when it is done.</summary>
    public required string Back { get; init; }

    /// <summary>How many the preview said: it never touches more.</summary>
    public required long Total { get; init; }

    /// <summary>Place in the list, which is walked from the newest on.</summary>
    public string? Cursor { get; init; }

    public long Done { get; init; }

    public long Refused { get; init; }

    public string? FirstRefusal { get; init; }

    /// <summary>List prices of the new renders.</summary>
    public decimal Cost { get; init; }

    /// <summary>There is nothing left to do.</summary>
    public bool IsOver { get; init; }

    public long Left => Math.Max(0, Total - Done - Refused);

    /// <summary>What came of it, in words.</summary>
    public string Summary()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Done:N0} {Bulk.Participle(What)}{(What == BulkWhat.Again && Done > 0 ? $" for {HumanText.Dollars(Cost)}" : "")}");
        if (Refused > 0)
            text += string.Create(CultureInfo.InvariantCulture, $", {Refused:N0} left alone because they had changed meanwhile or cannot be ({FirstRefusal})");
        if (IsOver && Left > 0)
            text += string.Create(CultureInfo.InvariantCulture, $", {Left:N0} no longer matched");
        return text + ".";
    }
}

/// <summary>Bulk actions as text that only this worker can have written.</summary>
internal sealed class BulkRuns(IDataProtectionProvider protection)
{
    public const string Field = "run";

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("Bickford.Renders.BulkRun").ToTimeLimitedDataProtector();

    public string Write(BulkRun run) => _protector.Protect(JsonSerializer.Serialize(run), TimeSpan.FromHours(1));

    public BulkRun? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        try
        {
            return JsonSerializer.Deserialize<BulkRun>(_protector.Unprotect(text));
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
