using System.Security.Cryptography;
using Bickford.Renders.Ledger;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>Hashes that are computed side by side are those of the library.</summary>
public sealed class Sha256ManyTests
{
    [Fact]
    public void A_text_of_any_length_has_the_librarys_hash()
    {
        var bytes = new byte[6_000];
        new Random(1).NextBytes(bytes);
        var pieces = Enumerable.Range(0, 5_000).Select(length => new Piece(length % 1_000, length)).ToArray();

        ShouldBeTheLibrarys(bytes, pieces);
    }

    [Fact]
    public Task Texts_of_different_lengths_have_the_librarys_hashes() => Fuzz.CheckAsync(
        300,
        random =>
        {
            var bytes = new byte[20_000];
            random.NextBytes(bytes);
            return (bytes, Enumerable.Range(0, random.Next(40)).Select(_ => new Piece(random.Next(10_000), random.Next(random.Next(1, 10_000)))).ToArray());
        },
        texts =>
        {
            ShouldBeTheLibrarys(texts.bytes, texts.Item2);
            return Task.CompletedTask;
        });

    private static void ShouldBeTheLibrarys(byte[] bytes, Piece[] pieces)
    {
        var hashes = new byte[pieces.Length * SHA256.HashSizeInBytes];
        Sha256Many.Hash(bytes, pieces, hashes);

        for (var i = 0; i < pieces.Length; i++)
        {
            hashes.AsSpan(i * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes)
                .SequenceEqual(SHA256.HashData(bytes.AsSpan(pieces[i].At, pieces[i].Length)))
                .ShouldBeTrue($"piece {i} of {pieces.Length}: {pieces[i]}");
        }
    }
}
