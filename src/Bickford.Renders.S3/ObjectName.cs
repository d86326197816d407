using System.Text;
using Bickford.Renders.Files;

namespace Bickford.Renders.S3;

/// <summary>Where a key of the store lies in the bucket.</summary>
internal readonly record struct ObjectName(string Bucket, string Key)
{
    /// <summary>The name of a key.</summary>
    /// <exception cref="ArgumentException">The key is not one, or is too long together with the prefix.</exception>
    public static ObjectName Of(S3StoreOptions options, string key)
    {
        var name = PrefixOf(options) + StoreKey.Check(key);
        if (Encoding.UTF8.GetByteCount(name) > StoreKey.MaxBytes)
            throw new ArgumentException($"key: '{key}' has more than {StoreKey.MaxBytes} bytes together with Storage:Prefix; shorten one of them", nameof(key));
        return new ObjectName(options.Bucket, name);
    }

    /// <summary>Empty, or the prefix with a <c>/</c> at its end.</summary>
    public static string PrefixOf(S3StoreOptions options) => options.Prefix.Length == 0 || options.Prefix.EndsWith('/') ? options.Prefix : options.Prefix + "/";

    public string Uri => $"s3://{Bucket}/{string.Join('/', Key.Split('/').Select(System.Uri.EscapeDataString))}";

    /// <summary>The render an object belongs to: the segment of its name that is a uuid; null when none is.</summary>
    public Guid? RenderId
    {
        get
        {
            foreach (var segment in Key.Split('/'))
            {
                if (Guid.TryParseExact(segment, "D", out var id) || Guid.TryParseExact(segment, "N", out id))
                    return id;
            }
            return null;
        }
    }
}
