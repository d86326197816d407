using System.Globalization;
using System.Text;
using System.Text.Json;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Bickford.Renders.Tests.Sora;

/// <summary>No prompt, file name or extra field can become a part, a header or a member of its own.</summary>
public sealed class CreateBodyPropertyTests
{
    private const string Boundary = "renders-0123456789abcdef0123456789abcdef";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_form_reads_back_as_the_fields_that_went_in_and_nothing_else() => Fuzz.CheckAsync(1_000, Order.Of, async order =>
    {
        using var body = CreateBody.Of(order.Request, order.Options(RequestFormat.Multipart), Boundary);
        body.Headers.NonValidated["Content-Type"].ToString().ShouldBe($"multipart/form-data; boundary={Boundary}");

        var reader = new MultipartReader(Boundary, await body.ReadAsStreamAsync(Cancellation)) { HeadersLengthLimit = 400 };
        var fields = new List<(string Name, string Value)>();
        while (await reader.ReadNextSectionAsync(Cancellation) is { } section)
        {
            var disposition = ContentDispositionHeaderValue.Parse(section.ContentDisposition!);
            disposition.DispositionType.Value.ShouldBe("form-data");
            section.Headers!.Keys.ShouldBeSubsetOf(["Content-Disposition", "Content-Type"]);
            using var content = new MemoryStream();
            await section.Body.CopyToAsync(content, Cancellation);
            var name = disposition.Name.Value!.Trim('"');
            if (name != "input_reference")
            {
                fields.Add((name, Encoding.UTF8.GetString(content.ToArray())));
                continue;
            }

            content.ToArray().ShouldBe(order.Request.Reference!.Content.ToArray());
            var file = disposition.FileName.Value!.Trim('"');
            file.All(c => char.IsAsciiLetterOrDigit(c) || "._-() ".Contains(c, StringComparison.Ordinal)).ShouldBeTrue(file);
            (file.Length is > 0 and <= 100 && file.Trim() == file && !file.StartsWith('.')).ShouldBeTrue(file);
        }

        fields.ShouldBe(order.Fields.Concat(order.Extra));
    });

    [Fact]
    public Task JSON_reads_back_as_the_fields_that_went_in_and_nothing_else() => Fuzz.CheckAsync(1_000, Order.Of, async order =>
    {
        using var body = CreateBody.Of(order.Request, order.Options(RequestFormat.Json), Boundary);

        using var json = JsonDocument.Parse(await body.ReadAsByteArrayAsync(Cancellation), new JsonDocumentOptions { MaxDepth = 128 });

        foreach (var (name, value) in order.Fields)
            json.RootElement.GetProperty(name).GetString().ShouldBe(value);
        json.RootElement.EnumerateObject().Select(member => member.Name).ShouldBeUnique();
        json.RootElement.EnumerateObject().Count().ShouldBe(order.Fields.Count() + order.Extra.Count + (order.Request.Reference is null ? 0 : 1));
        foreach (var (name, value) in order.Extra)
        {
            // Text, unless it is JSON by itself.
            var sent = json.RootElement.GetProperty(name);
            (sent.ValueKind != JsonValueKind.String || sent.GetString() == value || value.Contains('"', StringComparison.Ordinal)).ShouldBeTrue(value);
        }
    });

    /// <summary>What a caller and the settings may ask for: checked requests, unchecked file names.</summary>
    internal sealed record Order(CreateVideoRequest Request, IReadOnlyList<(string Name, string Value)> Extra)
    {
        public IEnumerable<(string Name, string Value)> Fields
        {
            get
            {
                yield return ("prompt", Request.Prompt);
                if (Request.Model is not null)
                    yield return ("model", Request.Model);
                if (Request.Seconds is { } seconds)
                    yield return ("seconds", seconds.ToString(CultureInfo.InvariantCulture));
            }
        }

        public VideosApiOptions Options(RequestFormat format)
        {
            var options = new VideosApiOptions { BaseUrl = "https://api.example.test/v1", Format = format };
            foreach (var (name, value) in Extra)
                options.ExtraFields[name] = value;
            VideosApiOptionsValidator.ThrowIfInvalid(options);
            return options;
        }

        public static Order Of(Random random) => new(
            new CreateVideoRequest(Arbitrary.Unicode(random))
            {
                Model = random.Chance(0.5) ? Arbitrary.Unicode(random) : null,
                Seconds = random.Chance(0.5) ? random.Next(1, 3600) : null,
                Reference = random.Chance(0.5) ? new VideoReference(Arbitrary.Bytes(random, 200), Arbitrary.Text(random), random.Pick("image/png", "image/jpeg", "image/webp")) : null,
            },
            [.. Enumerable.Range(0, random.Next(3)).Select(i => ($"extra_{i}", random.Chance(0.5) ? Arbitrary.Unicode(random) : Arbitrary.Json(random, 2)))]);

        public override string ToString() =>
            $"{Request.Prompt} | {Request.Model} | {Request.Seconds} | {Request.Reference?.FileName} | {string.Join(" | ", Extra)}";
    }
}
