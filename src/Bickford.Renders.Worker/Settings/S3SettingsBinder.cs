using Bickford.Renders.S3;

namespace Bickford.Renders.Worker.Settings;

/// <summary>The keys of <c>Storage</c> that belong to S3.</summary>
internal static class S3SettingsBinder
{
    private static readonly string[] OwnKeys = ["Storage:ServiceUrl", "Storage:Bucket", "Storage:Prefix", "Storage:AccessKey", "Storage:SecretKey"];

    public static S3StoreOptions Bind(SettingValues values) => new()
    {
        ServiceUrl = values.OptionalText("Storage:ServiceUrl"),
        Region = values.Text("Storage:Region"),
        Bucket = values.OptionalText("Storage:Bucket") ?? "",
        Prefix = values.OptionalText("Storage:Prefix") ?? "",
        AccessKey = values.OptionalText("Storage:AccessKey"),
        SecretKey = values.OptionalText("Storage:SecretKey"),
        CreateBucket = values.Is("Storage:CreateBucket", "true"),
        ForcePathStyle = values.Is("Storage:ForcePathStyle", "auto") ? null : values.Is("Storage:ForcePathStyle", "true"),
        DisablePayloadSigning = values.Is("Storage:DisablePayloadSigning", "true"),
        MultipartThreshold = values.Long("Storage:MultipartThreshold"),
        PartBytes = values.Long("Storage:PartBytes"),
        ParallelParts = values.Whole("Storage:ParallelParts"),
        Timeout = values.Time("Storage:Timeout"),
        ConnectTimeout = values.Time("Storage:ConnectTimeout"),
        Retries = values.Whole("Storage:Retries"),
        CacheControl = values.Text("Storage:CacheControl"),
    };

    /// <summary>What is wrong with the section although every single value is allowed, or null.</summary>
    public static (string Field, string Problem)? Problem(SettingValues values, bool isS3)
    {
        if (!isS3)
            return OwnKeys.FirstOrDefault(key => values.OptionalText(key) is not null) is { } stray
                ? (stray, "belongs to Storage:Kind=S3; set that too, or take this out")
                : null;
        try
        {
            Bind(values).Validate();
            return null;
        }
        catch (RenderRequestException e)
        {
            return (e.Field, e.Message.StartsWith(e.Field + ": ", StringComparison.Ordinal) ? e.Message[(e.Field.Length + 2)..] : e.Message);
        }
    }
}
