using System.Security.Cryptography;
using System.Text;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Tests.Policies;

/// <summary>Vectors computed outside of this code: anybody can check a ledger with <c>sha256sum</c>.</summary>
public sealed class LedgerHashTests
{
    private static readonly Guid Id = new("01950000-0000-7000-8000-000000000001");

    [Fact]
    public void The_hash_of_an_event_is_a_known_vector() =>
        LedgerHash.Compute(LedgerHash.Genesis, Id, LedgerHash.StreamOf(Id), 1, "render.enqueued", new DateTimeOffset(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero), "{\"a\":1}")
            .ShouldBe("5f770ffb46fa29a641d6b83058c32c43f6e67ecca5a0d6e8874ddae61373880b");

    [Fact]
    public void The_id_of_an_event_is_a_known_vector_and_a_version_8_uuid()
    {
        var id = LedgerHash.EventIdOf(Id, 7, "render.retry");
        id.ShouldBe(new Guid("158686bf-e23c-8390-9c66-013003990f08"));
        id.Version.ShouldBe(8);
    }

    [Fact]
    public void Render_version_and_type_each_make_another_event()
    {
        var ids = new HashSet<Guid>();
        foreach (var render in new[] { Id, new Guid("01950000-0000-7000-8000-000000000002") })
            for (var version = 0; version < 12; version++)
                foreach (var type in new[] { "render.retry", "render.failed", "1\nrender.failed" })
                    ids.Add(LedgerHash.EventIdOf(render, version, type)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("render.retry")]
    [InlineData("render.completed")]
    [InlineData("")]
    [InlineData("render.größe")]
    [InlineData("a type that is longer than any that renders write, far beyond what fits the stack: ....................................................................................................................................................")]
    public void The_id_of_texts_in_utf8_is_the_same(string type)
    {
        foreach (var version in new[] { 0, 7, long.MaxValue, long.MinValue })
        {
            var utf8 = Encoding.UTF8.GetBytes(type);
            var text = new byte[LedgerHash.MostEventIdText(utf8.Length)];
            var length = LedgerHash.WriteEventIdText(Encoding.UTF8.GetBytes(Id.ToString("D")), version, utf8, text);
            LedgerHash.IdOf(SHA256.HashData(text.AsSpan(0, length))).ShouldBe(LedgerHash.EventIdOf(Id, version, type));
        }
    }

    [Fact]
    public void Times_are_written_in_utc_to_the_millisecond() =>
        LedgerHash.TimeText(new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.FromHours(2))).ShouldBe("2026-03-04T03:06:07.089Z");
}
