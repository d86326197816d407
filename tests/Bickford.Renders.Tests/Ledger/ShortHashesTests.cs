using System.Security.Cryptography;
using Bickford.Renders.Ledger;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>Many short hashes at once are those that the platform gives one by one.</summary>
public sealed class ShortHashesTests
{
    [Fact]
    public void They_are_the_platforms_own() => Fuzz.Check(1_000, AnyTexts, texts =>
    {
        var slots = new byte[texts.Length * ShortHashes.SlotBytes];
        var hashes = new byte[texts.Length * ShortHashes.HashBytes];
        Array.Fill(slots, (byte)0xFF); // what was there before
        for (var i = 0; i < texts.Length; i++)
        {
            var slot = slots.AsSpan(i * ShortHashes.SlotBytes, ShortHashes.SlotBytes);
            texts[i].CopyTo(slot);
            ShortHashes.End(slot, texts[i].Length);
        }

        ShortHashes.Hash(slots, [.. texts.Select(text => text.Length)], hashes);

        hashes.ShouldBe(texts.SelectMany(SHA256.HashData));
    });

    [Fact]
    public void They_are_the_platforms_own_at_every_length()
    {
        var slots = new byte[8 * ShortHashes.SlotBytes];
        var hashes = new byte[8 * ShortHashes.HashBytes];
        for (var length = 0; length <= ShortHashes.MostBytes; length++)
        {
            for (var i = 0; i < 8; i++)
            {
                slots.AsSpan(i * ShortHashes.SlotBytes, length).Fill((byte)(length + i));
                ShortHashes.End(slots.AsSpan(i * ShortHashes.SlotBytes, ShortHashes.SlotBytes), length);
            }

            ShortHashes.Hash(slots, [.. Enumerable.Repeat(length, 8)], hashes);

            hashes.ShouldBe(Enumerable.Range(0, 8).SelectMany(i => SHA256.HashData([.. Enumerable.Repeat((byte)(length + i), length)])), $"{length} bytes");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1_000)]
    public void A_tree_of_many_leaves_at_once_is_the_one_of_the_leaves_one_by_one(int count)
    {
        var leaves = Enumerable.Range(0, count).Select(i => new LedgerLeaf(i, "hash").ToLeafHash()).ToList();
        var expected = new MerkleTree();
        leaves.ForEach(expected.Add);
        foreach (var first in new[] { 0, 1, count / 2, count - 1, count })
        {
            var tree = new MerkleTree();
            tree.AddAll([.. leaves.Take(first).SelectMany(leaf => leaf)]);
            tree.AddAll([.. leaves.Skip(first).SelectMany(leaf => leaf)]);
            (tree.Count, Convert.ToHexString(tree.Root())).ShouldBe((count, Convert.ToHexString(expected.Root())), $"{first} first");
        }
    }

    [Fact]
    public void A_page_of_leaves_has_the_hashes_of_each()
    {
        var page = new LeafPage();
        foreach (var round in new[] { 3, 64, 65, 300 })
        {
            page.Clear();
            var leaves = Enumerable.Range(0, round)
                .Select(i => new LedgerLeaf(i * 7_919L * round, i % 50 == 7 ? "no hash é" : Convert.ToHexStringLower(SHA256.HashData([(byte)i]))))
                .ToList();
            foreach (var leaf in leaves)
            {
                if (!page.TryAdd(leaf.Seq, System.Text.Encoding.UTF8.GetBytes(leaf.Hash)))
                    page.Add(leaf);
            }

            page.Positions.ToArray().ShouldBe(leaves.Select(leaf => leaf.Seq));
            page.LeafHashes(0, round).ToArray().ShouldBe(leaves.SelectMany(leaf => leaf.ToLeafHash()));
        }
    }

    private static byte[][] AnyTexts(Random random)
    {
        var texts = new byte[random.Next(1, 40)][];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = new byte[random.Next(ShortHashes.MostBytes + 1)];
            random.NextBytes(texts[i]);
        }

        return texts;
    }
}
