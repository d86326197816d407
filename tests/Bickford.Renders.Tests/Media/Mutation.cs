namespace Bickford.Renders.Tests.Media;

/// <summary>Damages a file the way transfers and attackers do.</summary>
internal static class Mutation
{
    private static readonly byte[] s_edges = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF];

    public static byte[] Of(byte[] file, Random random)
    {
        var bytes = file.ToList();
        for (var i = random.Next(1, 5); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(random.Next(2) == 0 ? Math.Min(48, bytes.Count) : bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    for (var j = at; j < Math.Min(at + 4, bytes.Count); j++)
                        bytes[j] = s_edges[random.Next(s_edges.Length)];
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                case 4:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
            }
        }
        return [.. bytes];
    }
}
