namespace Bickford.Renders.Tests.Files;

/// <summary>A folder of a test's own, deleted with it.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("renders-test-").FullName;

    public string this[params string[] parts] => Path.Combine([_path, .. parts]);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
