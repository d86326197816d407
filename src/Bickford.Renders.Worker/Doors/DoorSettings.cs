namespace Bickford.Renders.Worker.Doors;

/// <summary>Who may come in: section <c>Dashboard</c>, but for where it listens.</summary>
/// <param name="OperatorPassword">Of the user <c>operator</c>, who may do everything; null for none.</param>
/// <param name="ViewerPassword">Of the user <c>viewer</c>, who may look; null for none.</param>
/// <param name="ReadOnly">Nobody may do more than look.</param>
internal sealed record DoorSettings(string? OperatorPassword, string? ViewerPassword, bool ReadOnly)
{
    public bool HasPasswords => OperatorPassword is not null || ViewerPassword is not null;
}
