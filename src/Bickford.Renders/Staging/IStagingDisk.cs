namespace Bickford.Renders.Staging;

/// <summary>What the staging folder needs of a disk. Paths are absolute; every failure is an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
internal interface IStagingDisk
{
    /// <summary>Opens a file for this process alone, to read and to write; it and its folder are made where they are missing.</summary>
    Stream OpenAlone(string path);

    /// <summary>Opens a file to read.</summary>
    Stream OpenRead(string path);

    /// <summary>What was written to this file before the call survives a power cut once this is done; more may be written meanwhile.</summary>
    Task FlushToDiskAsync(Stream file);

    /// <summary>Whether there is such a file.</summary>
    bool Exists(string path);

    /// <summary>Its length in bytes; 0 when there is none.</summary>
    long LengthOf(string path);

    /// <summary>All of a small file.</summary>
    string ReadText(string path);

    /// <summary>Replaces all of a small file, whole or not at all, also when the power is cut.</summary>
    void WriteText(string path, string text);

    /// <summary>Gives a file another name, in the place of whoever has it.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file; no error when there is none, as long as its folder is there.</summary>
    void Delete(string path);

    /// <summary>Deletes a folder with everything in it; no error when there is none.</summary>
    void DeleteFolder(string folder);

    /// <summary>Folders directly in this one; none when it is not there.</summary>
    IEnumerable<string> FoldersIn(string folder);

    /// <summary>Every file below this folder with its length; none when it is not there.</summary>
    IEnumerable<(string Path, long Length)> FilesBelow(string folder);

    /// <summary>Bytes that can still be written to the disk of this folder, which is there.</summary>
    long FreeBytes(string folder);
}
