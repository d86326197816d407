using System.Globalization;
using System.Text.RegularExpressions;

namespace Bickford.Renders.Ledger;

/// <summary>How far a named reader of the ledger has come.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Position">The newest event that it is done with, and with all before; 0 for none.</param>
/// <param name="MovedAt">When it came there.</param>
public sealed record LedgerCursor(string Name, long Position, DateTimeOffset MovedAt);

/// <summary>What cursors may be called, and where they may stand: the same for every ledger.</summary>
internal static partial class CursorRules
{
    /// <exception cref="RenderRequestException">No cursor may be called so.</exception>
    public static string Check(string name) => name is not null && Name().IsMatch(name)
        ? name
        : throw new RenderRequestException("cursor", name, "1 to 100 characters of a-z A-Z 0-9 . _ -");

    /// <summary>Where a cursor goes that is sent to a position: not past what an event could still appear before.</summary>
    /// <param name="seq">The position.</param>
    /// <param name="settled">No event can appear up to here any more.</param>
    /// <param name="newest">The newest position there is.</param>
    /// <exception cref="RenderRequestException">There is no such position yet: whoever stood there would miss what comes.</exception>
    public static long Target(long seq, long settled, long newest) => seq >= 0 && seq <= newest
        ? Math.Min(seq, settled)
        : throw new RenderRequestException(
            "position", seq.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"0 to {newest}, the newest position on the ledger"));

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex Name();
}
