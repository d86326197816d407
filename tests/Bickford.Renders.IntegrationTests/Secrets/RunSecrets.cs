using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.IntegrationTests.Secrets;

/// <summary>Every secret that a worker can be given, each unmistakable from its first characters on, with all the characters that somebody must escape.</summary>
internal sealed class RunSecrets
{
    public const string ApiKey = "Sora:ApiKey";
    public const string FallbackKey = "OPENAI_API_KEY";
    public const string Header = "Sora:Headers:X-Gateway-Token";
    public const string Proxy = "HTTP_PROXY";
    public const string UrlToken = "signed address";
    public const string AccessKey = "Storage:AccessKey";
    public const string SecretKey = "Storage:SecretKey";
    public const string Database = "Database:ConnectionString";
    public const string Operator = "Dashboard:OperatorPassword";
    public const string Viewer = "Dashboard:ViewerPassword";
    public const string Keys = "Dashboard:KeySecret";

    private readonly Dictionary<string, string> _values;

    /// <param name="run">Makes the S3 user's keys this run's own.</param>
    public RunSecrets(string run) => _values = new()
    {
        [ApiKey] = "sK7\"/+%&~QzLm3vT9xW2Jb5",
        [FallbackKey] = "fB4\\'<+&pHq8ZsRn6YcT1Ud9",
        [Header] = "hT2\"=/%+wGk5VbXe7MpL0Sa3",
        [Proxy] = "pX9:@/%&kJt4NcQy8RwD6Fz1",
        [UrlToken] = "uQ5&=+/%mVx2LdHs7TbP9Kg4",
        [AccessKey] = $"AQ7ZWVR4T{run}",
        [SecretKey] = $"cS3/+=%zNrY6MfGq1XjW8Bv{run}",
        [Database] = "dP6;=\"%+sCw9KtZh3QmJ5Ry8",
        [Operator] = "oN8:\"<&%vLb1PxTg4HzS7Wk2",
        [Viewer] = "vE1:'>&+yFr5DsMj9QcN3Xt6",
        [Keys] = "kD7&\"/%+bYn2JwTs5GvX9Lq4RzPc8HfMe3",
    };

    public string this[string name] => _values[name];

    public SecretSearch Search(params string[] without) => new([.. _values.Where(secret => !without.Contains(secret.Key)).Select(secret => (secret.Key, secret.Value))]);
}
