using Bickford.Renders.Files;
using FsCheck;
using FsCheck.Fluent;

namespace Bickford.Renders.Tests.Files;

public sealed class StoreKeyTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("2026/01/019b0000000070008000000000000001/video.mp4")]
    [InlineData("a b/c..d/e.f.g")]
    [InlineData("日本語/é")]
    [InlineData("console/com/com10.txt")]
    public void Ordinary_keys_pass(string key) => StoreKey.Check(key).ShouldBe(key);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("/a", "empty segment")]
    [InlineData("a/", "empty segment")]
    [InlineData("a//b", "empty segment")]
    [InlineData(".", "begins with a dot")]
    [InlineData("a/../b", "begins with a dot")]
    [InlineData("a/.hidden", "begins with a dot")]
    [InlineData(".tmp/x", "begins with a dot")]
    [InlineData("a./b", "ends with a space or a dot")]
    [InlineData("a /b", "ends with a space or a dot")]
    [InlineData(" a", "begins with a space")]
    [InlineData("a\\b", "reserved character \\")]
    [InlineData("C:/a", "reserved character :")]
    [InlineData("a*", "reserved character *")]
    [InlineData("a?b", "reserved character ?")]
    [InlineData("a\"b", "reserved character \"")]
    [InlineData("a<b", "reserved character <")]
    [InlineData("a|b", "reserved character |")]
    [InlineData("a\0b", "control character U+0000")]
    [InlineData("a\nb", "control character U+000A")]
    [InlineData("a\u007Fb", "control character U+007F")]
    [InlineData("a\u0085b", "control character U+0085")]
    [InlineData("a\u2028b", "control character U+2028")]
    [InlineData("a/NUL", "names a device")]
    [InlineData("com1.mp4", "names a device")]
    public void Hostile_keys_are_refused_with_the_reason(string key, string reason)
    {
        var error = Should.Throw<ArgumentException>(() => StoreKey.Check(key));

        error.Message.ShouldContain(reason);
        error.Message.Any(char.IsControl).ShouldBeFalse();
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused() => StoreKey.ProblemOf("a" + (char)0xD800).ShouldBe("is not valid Unicode");

    [Fact]
    public void Lengths_are_counted_in_bytes()
    {
        StoreKey.ProblemOf(new string('a', 240)).ShouldBeNull();
        StoreKey.ProblemOf(new string('a', 241)).ShouldNotBeNull();
        StoreKey.ProblemOf(new string('é', 120)).ShouldBeNull();
        StoreKey.ProblemOf(new string('é', 121)).ShouldNotBeNull();
        var long1024 = string.Join('/', Enumerable.Repeat(new string('a', 204), 5));
        long1024.Length.ShouldBe(1024);
        StoreKey.ProblemOf(long1024).ShouldBeNull();
        StoreKey.ProblemOf(long1024[..^1] + "é").ShouldBe("has more than 1024 bytes");
        StoreKey.ProblemOf(new string('a', 1_000_000)).ShouldBe("has more than 1024 bytes");
    }

    [Fact]
    public void Whatever_passes_stays_below_the_root_and_keeps_its_place()
    {
        var root = Path.Combine(Path.GetTempPath(), "root");
        var pieces = Gen.Elements("..", ".", "/", "//", "\\", "a", "b.mp4", ".tmp", "C:", "~", "%2e%2e", "\0", " ", "é", "..\\", "/../", "etc");
        var hostile = Gen.OneOf(
            Gen.ListOf(pieces).Select(list => string.Concat(list)),
            ArbMap.Default.GeneratorFor<string>().Where(text => text is not null));

        Prop.ForAll(hostile.ToArbitrary(), key =>
        {
            if (StoreKey.ProblemOf(key) is not null)
                return true;
            var path = Path.GetFullPath(Path.Combine(root, key));
            return path == new StoreRoot(root).PathOf(key)
                && path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                && !path.StartsWith(Path.Combine(root, ".tmp"), StringComparison.Ordinal);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000).WithQuietOnSuccess(true));
    }
}
