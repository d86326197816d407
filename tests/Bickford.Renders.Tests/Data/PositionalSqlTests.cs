using Bickford.Renders.Data;

namespace Bickford.Renders.Tests.Data;

/// <summary>Statements with numbered parameters.</summary>
public sealed class PositionalSqlTests
{
    [Theory]
    [InlineData("SELECT 1", "SELECT 1", "")]
    [InlineData("WHERE id = @id AND version = @version", "WHERE id = $1 AND version = $2", "id,version")]
    [InlineData("WHERE (@at, @id) < (due_at, id) AND id <> @id", "WHERE ($1, $2) < (due_at, id) AND id <> $2", "at,id")]
    [InlineData("id = @id AND id_of = @id_of AND i = @id2", "id = $1 AND id_of = $2 AND i = $3", "id,id_of,id2")]
    [InlineData("tags @> to_jsonb(@tag0::text)", "tags @> to_jsonb($1::text)", "tag0")]
    [InlineData("note = 'write to @id' AND mark = '''@id' AND id = @id", "note = 'write to @id' AND mark = '''@id' AND id = $1", "id")]
    public void Each_name_has_one_number_in_the_order_in_which_it_comes_first(string sql, string text, string names)
    {
        var statement = PositionalSql.Of(sql);

        statement.Text.ShouldBe(text);
        string.Join(',', statement.Names).ShouldBe(names);
    }

    [Fact]
    public void Parameters_come_in_the_order_of_the_numbers_in_whichever_order_they_were_given()
    {
        var statement = PositionalSql.Of("UPDATE t SET a = @a, b = @b WHERE id = @id");
        var id = Guid.CreateVersion7(TestRenders.Start);

        statement.InOrder(new TypedParameters().Add("id", id).Add("b", 2).Add("unused", "x").Add("a", "one")).ShouldBe([new("a", SqlType.Text, "one"), new("b", SqlType.Integer, 2), new("id", SqlType.Id, id)]);
        statement.InOrder(new TypedParameters().Add("a", "two").Add("b", 3).Add("id", id)).ShouldBe([new("a", SqlType.Text, "two"), new("b", SqlType.Integer, 3), new("id", SqlType.Id, id)]);
        Should.Throw<ArgumentException>(() => statement.InOrder(new TypedParameters().Add("a", "two")).ToList()).Message.ShouldContain("@b");
    }
}
