using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Staging;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>One process's view of its machine's staging disk.</summary>
internal sealed class SimulatedDisk(Life life, DiskFiles files) : IStagingDisk
{
    private const long Free = 1L << 40;

    public Stream OpenAlone(string path) => Call(path, mayFill: true, () =>
    {
        var file = files.FindOrMake(path);
        if (file.IsTaken)
            throw new IOException($"simulated disk: {path} is open elsewhere");
        file.OpenedBy = life;
        return (Stream)new DiskStream(life, this, file, writable: true);
    });

    public Stream OpenRead(string path) => Call(path, mayFill: false, () =>
    {
        var file = Existing(path);
        return file.IsTaken ? throw new IOException($"simulated disk: {path} is open elsewhere") : (Stream)new DiskStream(life, this, file, writable: false);
    });

    public Task FlushToDiskAsync(Stream file)
    {
        Call("flush", mayFill: true, () =>
        {
            if (!life.World.Plant.SkipsFlush)
                ((DiskStream)file).File.Flush();
            return true;
        });
        return Task.CompletedTask;
    }

    public bool Exists(string path) => Call(path, mayFill: false, () => files.Find(path) is not null);

    public long LengthOf(string path) => Call(path, mayFill: false, () => files.Find(path)?.Bytes.LongLength ?? 0);

    public string ReadText(string path) => Call(path, mayFill: false, () => System.Text.Encoding.UTF8.GetString(Existing(path).Bytes));

    public void WriteText(string path, string text) => Call(path, mayFill: true, () =>
    {
        var file = files.FindOrMake(path);
        file.Bytes = System.Text.Encoding.UTF8.GetBytes(text);
        file.Flush();
        return true;
    });

    public void Rename(string from, string to) => Call(to, mayFill: false, () =>
    {
        files.Rename(from, to);
        return true;
    });

    public void Delete(string path) => Call(path, mayFill: false, () => files.Remove(path));

    public void DeleteFolder(string folder) => Call(folder, mayFill: false, () =>
    {
        foreach (var path in Below(folder))
            files.Remove(path);
        return true;
    });

    public IEnumerable<string> FoldersIn(string folder) => Call(folder, mayFill: false, () =>
        (string[])[.. Below(folder).Select(path => Path.Combine(folder, path[(folder.Length + 1)..].Split('/')[0])).Distinct(StringComparer.Ordinal)]);

    public IEnumerable<(string Path, long Length)> FilesBelow(string folder) => Call(folder, mayFill: false, () =>
        ((string, long)[])[.. Below(folder).Select(path => (path, files.Find(path)!.Bytes.LongLength))]);

    public long FreeBytes(string folder) => Call(folder, mayFill: false, static () => Free);

    /// <summary>One call to the disk. It is over when it returns, so a process that dies in it is unwound by an exception instead.</summary>
    internal T Call<T>(string path, bool mayFill, Func<T> act)
    {
        if (life.IsDead)
            throw new ProcessDiedException();
        var fault = life.World.Dealer.Draw(life, Boundary.Disk, fault => mayFill || fault != Fault.Full);
        switch (fault)
        {
            case Fault.DeathBefore or Fault.PowerCut:
                life.Die(fault);
                throw new ProcessDiedException();
            case Fault.Error:
                throw new IOException($"simulated fault: input/output error at {path}");
            case Fault.Full:
                throw new IOException("simulated fault: no space left on device");
            case Fault.Wiped:
                files.Wipe();
                break;
        }

        var result = act();
        if (fault != Fault.DeathAfter)
            return result;
        life.Die(fault);
        throw new ProcessDiedException();
    }

    private string[] Below(string folder) => [.. files.Paths.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal))];

    private Inode Existing(string path) => files.Find(path) ?? throw new FileNotFoundException($"simulated disk: there is no {path}");
}
