using Bickford.Renders.IntegrationTests.Support;

[assembly: AssemblyFixture(typeof(CephServer))]
[assembly: AssemblyFixture(typeof(PostgresServer))]
