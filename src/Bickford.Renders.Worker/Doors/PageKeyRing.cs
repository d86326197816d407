using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Bickford.Renders.Ports;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Bickford.Renders.Worker.Doors;

/// <summary>
/// The framework's keys for cookies and forms. With a secret in the settings they are in the database, where all workers find them after every restart, and encrypted under that
/// secret: who reads the database can forge no cookie. Without one they live as long as the process, and only forms depend on them.
/// </summary>
internal static class PageKeyRing
{
    public static void AddPageKeyRing(this IServiceCollection services, DoorSettings settings)
    {
        var protection = services.AddDataProtection().SetApplicationName("Bickford Renders");
        if (settings.KeySecret is not { } secret)
        {
            protection.UseEphemeralDataProtectionProvider();
            return;
        }

        services.AddOptions<KeyManagementOptions>().Configure<IPageKeys, ILogger<EncryptedKeys>>((options, keys, log) =>
        {
            options.XmlRepository = new EncryptedKeys(keys, secret, log);
            // The repository encrypts all that it keeps.
            options.XmlEncryptor = new NullXmlEncryptor();
        });
    }
}

/// <summary>Keeps the framework's keys as rows, each as base64 of nonce, tag and AES-256-GCM of its XML.</summary>
internal sealed partial class EncryptedKeys(IPageKeys keys, string secret, ILogger<EncryptedKeys> log) : IXmlRepository
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: "Bickford Renders: keys of cookies and forms"u8.ToArray());

    // The framework asks at the start and once a day, and knows no other way to ask.
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var all = keys.ListAsync().GetAwaiter().GetResult();
        var readable = all.Select(Open).OfType<XElement>().ToArray();
        if (readable.Length < all.Count)
            LogUnreadable(all.Count - readable.Length);
        return readable;
    }

    public void StoreElement(XElement element, string friendlyName) =>
        keys.AddAsync(friendlyName, Seal(element, RandomNumberGenerator.GetBytes(NonceBytes))).GetAwaiter().GetResult();

    private string Seal(XElement element, byte[] nonce)
    {
        var text = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        var (cipher, tag) = (new byte[text.Length], new byte[TagBytes]);
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(nonce, text, cipher, tag);
        return Convert.ToBase64String([.. nonce, .. tag, .. cipher]);
    }

    // One that was made under another secret opens nothing any more: the framework makes a new one.
    private XElement? Open(string content)
    {
        try
        {
            var bytes = Convert.FromBase64String(content);
            if (bytes.Length < NonceBytes + TagBytes)
                return null;
            var text = new byte[bytes.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes + TagBytes), bytes.AsSpan(NonceBytes, TagBytes), text);
            return XElement.Parse(Encoding.UTF8.GetString(text));
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} keys of cookies and forms in the database were made under another secret: who signed in with one must sign in again")]
    private partial void LogUnreadable(int count);
}
