using Bickford.Renders.Ledger;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>The tree is the one of RFC 6962: its well-known vectors come out, and every path leads to the root.</summary>
public sealed class MerkleTreeTests
{
    private static readonly string[] Data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void The_roots_are_those_of_the_vectors_of_certificate_transparency(int leaves, string root) =>
        Convert.ToHexStringLower(TreeOf(Data.Take(leaves).Select(Leaf)).Root()).ShouldBe(root);

    [Fact]
    public void Leaves_that_are_added_together_make_the_tree_of_those_that_are_added_one_by_one()
    {
        for (var count = 0; count <= 300; count++)
        {
            var leaves = Enumerable.Range(0, count).Select(i => new LedgerLeaf(i, "hash").ToLeafHash()).ToList();
            var tree = new MerkleTree();
            for (var (from, random) = (0, new Random(count)); from < count;)
            {
                var together = random.Next(0, count - from + 1);
                tree.AddAll([.. leaves.Skip(from).Take(together).SelectMany(leaf => leaf)]);
                from += together;
                if (from < count)
                    tree.Add(leaves[from++]);
            }

            (tree.Count, Convert.ToHexStringLower(tree.Root())).ShouldBe((count, Convert.ToHexStringLower(TreeOf(leaves).Root())));
        }
    }

    [Fact]
    public void Every_leafs_path_leads_to_the_root_and_no_other_leaf_or_place_does()
    {
        for (var count = 1; count <= 40; count++)
        {
            var leaves = Enumerable.Range(0, count).Select(i => new LedgerLeaf(i, "hash").ToLeafHash()).ToList();
            var root = TreeOf(leaves).Root();
            for (var index = 0; index < count; index++)
            {
                var path = MerkleTree.Path(leaves, index);
                MerkleTree.RootOf(leaves[index], index, count, path).ShouldBe(root, $"leaf {index} of {count}");
                if (count == 1)
                    continue;
                MerkleTree.RootOf(leaves[(index + 1) % count], index, count, path).ShouldNotBe(root);
                MerkleTree.RootOf(leaves[index], (index + 1) % count, count, path).ShouldNotBe(root);
                MerkleTree.RootOf(leaves[index], index, count, path.Skip(1)).ShouldNotBe(root);
                MerkleTree.RootOf(leaves[index], index, count, [.. path, root]).ShouldBeNull();
            }
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_place_outside_of_the_tree_has_no_root(int index) =>
        MerkleTree.RootOf(Leaf("00"), index, 3, []).ShouldBeNull();

    [Fact]
    public void A_node_cannot_pass_for_a_leaf()
    {
        var (left, right) = (Leaf("00"), Leaf("10"));

        MerkleTree.LeafHash([.. left, .. right]).ShouldNotBe(MerkleTree.NodeHash(left, right));
    }

    private static byte[] Leaf(string hex) => MerkleTree.LeafHash(Convert.FromHexString(hex));

    private static MerkleTree TreeOf(IEnumerable<byte[]> leaves)
    {
        var tree = new MerkleTree();
        foreach (var leaf in leaves)
            tree.Add(leaf);
        return tree;
    }
}
