namespace Bickford.Renders.Ports;

/// <summary>Keys that all workers seal cookies and forms with, so that what one hands out another accepts. They come in encrypted: whoever reads the rows reads no key.</summary>
public interface IPageKeys
{
    /// <summary>All of them, the oldest first.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Keeps one.</summary>
    /// <param name="name">Its name; one that is there already is left as it is.</param>
    /// <param name="content">As it is to be kept.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task AddAsync(string name, string content, CancellationToken cancellationToken = default);
}
