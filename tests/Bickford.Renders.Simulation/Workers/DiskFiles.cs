using Bickford.Renders.Simulation.Time;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>One machine's staging disk: survives the process as it stands, and a power cut as far as it was flushed.</summary>
internal sealed class DiskFiles
{
    private readonly SortedDictionary<string, Inode> _names = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Paths => _names.Keys;

    public Inode? Find(string path) => _names.GetValueOrDefault(path);

    public Inode FindOrMake(string path) => Find(path) ?? (_names[path] = new Inode());

    public bool Remove(string path) => _names.Remove(path);

    public void Rename(string from, string to)
    {
        var file = Find(from) ?? throw new FileNotFoundException($"simulated disk: there is no {from}");
        _names.Remove(from);
        _names[to] = file;
    }

    public void Wipe() => _names.Clear();

    /// <summary>What was not flushed is kept, lost, or there in part with zeros where the disk had not written yet.</summary>
    public void CutPower(Dice dice)
    {
        foreach (var (path, file) in _names.ToArray())
        {
            if (!file.LosePower(dice))
                _names.Remove(path);
        }
    }
}

/// <summary>A file under whatever name.</summary>
internal sealed class Inode
{
    private byte[]? _flushed;

    public byte[] Bytes { get; set; } = [];

    /// <summary>The process that has it open for itself alone.</summary>
    public Life? OpenedBy { get; set; }

    public bool IsTaken => OpenedBy is { IsDead: false };

    public void Flush() => _flushed = [.. Bytes];

    /// <summary>False: the file itself is lost.</summary>
    public bool LosePower(Dice dice)
    {
        if (_flushed is not null && Bytes.AsSpan().SequenceEqual(_flushed))
            return true;
        switch (dice.Below(4))
        {
            case 0:
                return true;
            case 1:
                Bytes = [.. _flushed ?? []];
                return _flushed is not null || dice.Chance(0.5);
            default:
                // The length is there, and some of the new bytes are not: what a file system without ordered data leaves.
                var kept = _flushed?.Length ?? 0;
                var torn = kept + dice.Below(Math.Max(1, Bytes.Length - kept));
                if (torn < Bytes.Length)
                    Bytes = [.. Bytes[..torn], .. new byte[Bytes.Length - torn]];
                return true;
        }
    }
}
