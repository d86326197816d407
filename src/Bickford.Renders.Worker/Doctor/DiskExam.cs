using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Doctor;

/// <summary>The folders of this machine: whether they can be written, and how much room there is. Makes none of them.</summary>
internal sealed class DiskExam(WorkerSettings settings, Look look) : IExam
{
    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding> { await AtAsync("staging disk", "Staging:Root", settings.StagingRoot, cancellationToken) };
        if (settings.StorageRoot is { } videos)
            findings.Add(await AtAsync("store disk", "Storage:Root", videos, cancellationToken));
        if (settings.DatabasePath is { } file)
            findings.Add(await AtAsync("database disk", "Database:ConnectionString", Path.GetDirectoryName(file)!, cancellationToken));
        return findings;
    }

    private Task<Finding> AtAsync(string check, string setting, string folder, CancellationToken cancellationToken) => look.AtAsync(
        check,
        token => Task.Run(
            () =>
            {
                var probe = FolderProbe.Of(folder);
                return probe.Problem is { } problem
                    ? Finding.Wrong(check, $"{folder}: {problem}", $"give this user the right to write there, free space, or set {setting} to another folder")
                    : Judgement.Disk(check, setting, folder, probe.FreeBytes, probe.TotalBytes, probe.IsThere ? "" : "; the folder is made when it is needed");
            },
            token),
        cancellationToken);
}
