using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Cleanup;

/// <summary>Every create whose effect is open, whatever became of its render.</summary>
internal static class OpenCreates
{
    private const int PageSize = 500;

    public static async Task<IReadOnlyList<OpenCreate>> ListAsync(ICleanupStore renders, CancellationToken cancellationToken)
    {
        var creates = new List<OpenCreate>();
        Guid? after = null;
        while (true)
        {
            var page = await renders.ListOpenCreatesAsync(after, PageSize, cancellationToken);
            creates.AddRange(page.Select(OpenCreate.Of));
            if (page.Count < PageSize)
                return creates;
            after = page[^1].Id;
        }
    }
}
