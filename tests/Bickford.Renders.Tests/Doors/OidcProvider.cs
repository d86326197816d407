using System.Security.Cryptography;
using System.Text;
using System.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Bickford.Renders.Tests.Doors;

/// <summary>A small provider of identities: discovery, keys, code flow with PKCE, signed id_tokens. Who asks is signed in at once as <see cref="Person"/>. It can lie.</summary>
public sealed class OidcProvider : IAsyncDisposable
{
    public const string ClientId = "renders";
    public const string ClientSecret = "client-secret-of-renders-1";

    // Made once: that takes a while.
    private static readonly RSA s_rsa = RSA.Create(2048);
    private static readonly RSA s_foreign = RSA.Create(2048);

    private readonly Dictionary<string, (string Redirect, string Challenge, string Nonce)> _codes = [];
    private readonly WebApplication _app;

    private OidcProvider()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        _app = builder.Build();
        _app.UseRouting();
        _app.MapGet("/.well-known/openid-configuration", (RequestDelegate)(http => http.Response.WriteAsJsonAsync(new Dictionary<string, object>
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["jwks_uri"] = $"{Issuer}/jwks",
            ["response_types_supported"] = new[] { "code" },
            ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        })));
        _app.MapGet("/jwks", (RequestDelegate)(http => http.Response.WriteAsJsonAsync(new { keys = new[] { Jwk() } })));
        _app.MapGet("/authorize", (RequestDelegate)Authorize);
        _app.MapPost("/token", (RequestDelegate)TokenAsync);
    }

    public string Issuer { get; private set; } = "";

    /// <summary>Claims of whoever signs in.</summary>
    public Dictionary<string, object> Person { get; set; } = [];

    public bool WrongNonce { get; set; }

    public bool WrongSignature { get; set; }

    public bool WithoutSignature { get; set; }

    public string? OtherAudience { get; set; }

    public string? OtherIssuer { get; set; }

    public TimeSpan Age { get; set; }

    /// <summary>It does not let him in.</summary>
    public bool Denies { get; set; }

    /// <summary>The last question that a browser was sent with.</summary>
    public IQueryCollection? Asked { get; private set; }

    public int TokensGiven { get; private set; }

    public static async Task<OidcProvider> StartAsync()
    {
        var provider = new OidcProvider();
        await provider._app.StartAsync(TestContext.Current.CancellationToken);
        provider.Issuer = provider._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return provider;
    }

    /// <summary>Settings of a worker whose people sign in here.</summary>
    public string[] Flags(params string[] more) =>
    [
        $"Dashboard:Oidc:Authority={Issuer}", $"Dashboard:Oidc:ClientId={ClientId}", $"Dashboard:Oidc:ClientSecret={ClientSecret}",
        "Dashboard:Oidc:OperatorRole=producers", "Dashboard:Oidc:ViewerRole=studio", .. more,
    ];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task Authorize(HttpContext http)
    {
        var q = Asked = http.Request.Query;
        var redirect = q["redirect_uri"].ToString();
        if (Denies)
        {
            http.Response.Redirect($"{redirect}?error=access_denied&state={HttpUtility.UrlEncode(q["state"])}");
            return Task.CompletedTask;
        }

        (q["client_id"].ToString(), q["response_type"].ToString(), q["code_challenge_method"].ToString()).ShouldBe((ClientId, "code", "S256"));
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _codes[code] = (redirect, q["code_challenge"].ToString(), q["nonce"].ToString());
        http.Response.Redirect($"{redirect}?code={code}&state={HttpUtility.UrlEncode(q["state"])}");
        return Task.CompletedTask;
    }

    private async Task TokenAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var verifier = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (!_codes.Remove(form["code"].ToString(), out var asked) || asked.Redirect != form["redirect_uri"] || asked.Challenge != verifier
            || form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsJsonAsync(new { error = "invalid_grant" });
            return;
        }

        TokensGiven++;
        await http.Response.WriteAsJsonAsync(new { access_token = "opaque", token_type = "Bearer", expires_in = 300, id_token = IdToken(asked.Nonce) });
    }

    private string IdToken(string nonce)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime - Age;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = OtherIssuer ?? Issuer,
            Audience = OtherAudience ?? ClientId,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(5),
            Claims = new Dictionary<string, object>(Person) { ["nonce"] = WrongNonce ? nonce + "x" : nonce },
            SigningCredentials = WithoutSignature ? null : new SigningCredentials(Key(WrongSignature ? s_foreign : s_rsa), SecurityAlgorithms.RsaSha256),
        });
    }

    // The same name for both: a token says which key it is signed with, and may lie.
    private static RsaSecurityKey Key(RSA rsa) => new(rsa) { KeyId = "key-1", CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };

    private static object Jwk()
    {
        var key = s_rsa.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", use = "sig", alg = "RS256", kid = "key-1", n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent) };
    }
}
