using System.Text.Json.Nodes;
using Bickford.Renders.IntegrationTests.Support;
using Dapper;
using Npgsql;

namespace Bickford.Renders.IntegrationTests;

/// <summary><c>renders doctor</c> at a real database server and a real S3 server, whole and broken.</summary>
public sealed class DoctorTests(PostgresServer postgres, CephServer ceph)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Servers_that_work_are_told_so_and_keep_no_trace_of_it()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var bucket = await ceph.OptionsForAsync(GetType());
        await using var world = (await World.StartAsync()).OnPostgreSql(database.ConnectionString).OnS3(bucket);
        await world.RunAsync("db", "migrate");

        var checks = await ExamineAsync(world);

        checks.Where(check => check.Value.Verdict != "Ok").Select(check => check.Key).ShouldBe(["engine"], "no worker runs");
        checks["database"].Said.ShouldStartWith("PostgreSQL ");
        checks["database clock"].Said.ShouldBe("within 2.0 s of the database's clock");
        using var client = CephServer.Client(bucket);
        (await client.ListObjectsV2Async(new() { BucketName = bucket.Bucket, Prefix = $"{bucket.Prefix}/doctor" }, Token)).S3Objects.ShouldBeNull();
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=False");
        (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM renders.ledger_events")).ShouldBe(0);
    }

    [Fact]
    public async Task A_database_without_tables_is_a_note_and_gets_none()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var world = (await World.StartAsync()).OnPostgreSql(database.ConnectionString);

        var checks = await ExamineAsync(world);

        (checks["schema"].Verdict, checks["engine"].Verdict).ShouldBe(("Note", "Skipped"));
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=False");
        (await connection.ExecuteScalarAsync<bool>("SELECT to_regnamespace('renders') IS NULL")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_may_only_be_read_and_a_user_without_rights_are_told_with_what_is_needed()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var world = (await World.StartAsync()).OnPostgreSql(database.ConnectionString);
        await world.RunAsync("db", "migrate");
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=False");
        await connection.ExecuteAsync("DROP ROLE IF EXISTS looker; CREATE ROLE looker LOGIN PASSWORD 'looker-secret'; GRANT USAGE ON SCHEMA renders TO looker; GRANT SELECT ON ALL TABLES IN SCHEMA renders TO looker");
        try
        {
            world.OnPostgreSql(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = "looker", Password = "looker-secret" }.ConnectionString);
            var checks = await ExamineAsync(world);
            checks["database"].Verdict.ShouldBe("Wrong");
            checks["database"].Said.ShouldContain("it may not read and write the table of renders");
            checks["database"].Mend.ShouldNotBeNull().ShouldContain("a user with the rights");
        }
        finally
        {
            await connection.ExecuteAsync("DROP OWNED BY looker; DROP ROLE looker");
        }

        world.OnPostgreSql(database.ConnectionString + ";Options=-c default_transaction_read_only=on");
        (await ExamineAsync(world))["database"].Said.ShouldContain("read-only or a standby");
    }

    [Theory]
    [InlineData("Storage:Bucket=no-such-bucket", "there is no bucket 'no-such-bucket'", "create it")]
    [InlineData("Storage:SecretKey=this-is-another-secret", "the credentials are refused", "correct Storage:AccessKey and Storage:SecretKey")]
    public async Task A_store_that_refuses_is_told_with_what_to_do(string setting, string said, string mend)
    {
        var bucket = await ceph.OptionsForAsync(GetType());
        await using var world = (await World.StartAsync()).OnS3(bucket);

        var found = (await ExamineAsync(world, "--set", setting))["store"];

        found.Verdict.ShouldBe("Wrong");
        found.Said.ShouldContain(said);
        found.Mend.ShouldNotBeNull().ShouldContain(mend);
    }

    private static async Task<Dictionary<string, Check>> ExamineAsync(World world, params string[] flags)
    {
        var json = await world.RunJsonAsync(["doctor", .. flags]);
        return json["checks"]!.AsArray().ToDictionary(
            check => check!["check"]!.GetValue<string>(),
            check => new Check(check!["verdict"]!.GetValue<string>(), check["said"]!.GetValue<string>(), check["mend"]?.GetValue<string>()));
    }

    private sealed record Check(string Verdict, string Said, string? Mend);
}
