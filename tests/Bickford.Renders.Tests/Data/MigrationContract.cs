using Bickford.Renders.Data;

namespace Bickford.Renders.Tests.Data;

/// <summary>How every database comes to this program's schema.</summary>
public abstract class MigrationContract
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal ManualClock Clock { get; } = new(TestRenders.Start);

    /// <summary>What stands before the name of a table.</summary>
    protected abstract string Prefix { get; }

    [Fact]
    public async Task Migrating_twice_changes_nothing()
    {
        await Open().Migrator.MigrateAsync(Cancellation);
        var before = await DumpAsync();
        Clock.Advance(TimeSpan.FromDays(1));

        await Open().Migrator.MigrateAsync(Cancellation);

        (await DumpAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Ten_migrators_at_once_all_succeed()
    {
        var migrators = Enumerable.Range(0, 10).Select(_ => Open().Migrator).ToList();

        await Task.WhenAll(migrators.Select(migrator => Task.Run(() => migrator.MigrateAsync(Cancellation))));

        (await migrators[0].StatusAsync(Cancellation)).IsCurrent.ShouldBeTrue();
    }

    [Fact]
    public async Task The_script_makes_the_same_database()
    {
        await Open().Migrator.MigrateAsync(Cancellation);
        var migrated = await SchemaAsync();
        await ExecuteAsync(Open().Migrator.Script(), other: true);

        migrated.ShouldNotBeEmpty();
        (await SchemaAsync(other: true)).ShouldBe(migrated);
        var scripted = Open(other: true);
        (await scripted.Migrator.StatusAsync(Cancellation)).IsCurrent.ShouldBeTrue();
        await scripted.Migrator.MigrateAsync(Cancellation);
    }

    [Fact]
    public async Task A_script_from_a_version_holds_only_what_comes_after()
    {
        var migrator = Open().Migrator;
        var latest = (await migrator.StatusAsync(Cancellation)).Latest;

        migrator.Script(latest).ShouldNotContain($"INSERT INTO {Prefix}schema_migrations");
        migrator.Script(1).ShouldNotContain($"CREATE TABLE {Prefix}renders");
        migrator.Script(1).ShouldContain("CREATE TRIGGER");
    }

    [Fact]
    public async Task A_database_newer_than_the_program_is_refused()
    {
        await Open().Migrator.MigrateAsync(Cancellation);
        await ExecuteAsync($"INSERT INTO {Prefix}schema_migrations VALUES (9999, 'later', 'x', '2027-01-01T00:00:00.000Z')");

        var error = await Should.ThrowAsync<DatabaseException>(Open().Migrator.MigrateAsync(Cancellation));

        error.Message.ShouldStartWith("Database schema: 'version 9999' cannot be used; allowed: versions up to ");
        error.Message.ShouldNotContain("\n");
        (await Open().Migrator.StatusAsync(Cancellation)).IsCurrent.ShouldBeFalse();
    }

    [Fact]
    public async Task A_migration_edited_after_it_was_applied_is_reported()
    {
        await Open().Migrator.MigrateAsync(Cancellation);
        await ExecuteAsync($"UPDATE {Prefix}schema_migrations SET checksum = 'edited' WHERE version = 1");

        var error = await Should.ThrowAsync<DatabaseException>(Open().Migrator.MigrateAsync(Cancellation));

        error.Message.ShouldContain("migration 1 (renders)");
        error.Message.ShouldContain("edited");
        var status = await Open().Migrator.StatusAsync(Cancellation);
        status.Migrations.Where(migration => migration.Changed).ShouldHaveSingleItem().Version.ShouldBe(1);
        status.IsCurrent.ShouldBeFalse();
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_the_database_as_it_was()
    {
        var database = Open();
        await database.Migrator.MigrateAsync(Cancellation);
        var before = await DumpAsync();
        var known = Migration.All(database.Core.Dialect);
        var broken = new DatabaseMigrator(
            database.Core,
            [.. known, new Migration(known[^1].Version + 1, "good", "CREATE TABLE extra (x integer);"), new Migration(known[^1].Version + 2, "broken", $"CREATE TABLE {Prefix}renders (x integer);")]);

        await Should.ThrowAsync<DatabaseException>(broken.MigrateAsync(Cancellation));

        (await DumpAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_later_migration_is_applied_to_a_database_with_rows()
    {
        var database = Open();
        await database.Migrator.MigrateAsync(Cancellation);
        var render = TestRenders.New(TestRenders.Start);
        await database.Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);
        var known = Migration.All(database.Core.Dialect);
        var later = new DatabaseMigrator(database.Core, [.. known, new Migration(known[^1].Version + 1, "later", "CREATE TABLE extra (x integer);")]);

        await later.MigrateAsync(Cancellation);

        (await later.StatusAsync(Cancellation)).Version.ShouldBe(known[^1].Version + 1);
        (await database.Store.GetAsync(render.Id, Cancellation)).ShouldNotBeNull();
    }

    /// <summary>The test's database, or a second one that is empty.</summary>
    protected abstract RenderDatabase Open(bool other = false);

    protected abstract Task ExecuteAsync(string sql, bool other = false);

    /// <summary>Everything the schema consists of, as text.</summary>
    protected abstract Task<string> SchemaAsync(bool other = false);

    /// <summary>What the table of migrations holds, as text.</summary>
    protected abstract Task<string> AppliedAsync();

    private async Task<string> DumpAsync() => await SchemaAsync() + await AppliedAsync();
}
