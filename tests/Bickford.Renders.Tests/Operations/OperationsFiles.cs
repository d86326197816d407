namespace Bickford.Renders.Tests.Operations;

/// <summary>The files under <c>ops</c>.</summary>
internal static class OperationsFiles
{
    public static string Root { get; } = FindRoot();

    public static string Folder => Path.Combine(Root, "ops");

    public static string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "worker.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
