using System.Text;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Bickford.Renders.Tests.Worker;

/// <summary>Settings from anywhere can be used, or every line that says why not names its setting.</summary>
public sealed class SettingsPropertyTests
{
    private const string Secret = "hunter2-hunter2-hunter2";
    private static readonly SettingKey[] Known = [.. SettingCatalogue.Keys];

    [Fact]
    public void A_settings_file_of_anything_is_used_or_refused_by_name() =>
        Fuzz.Check(600, random => Arbitrary.Body(random, random.Chance(0.8) ? File(random) : Arbitrary.Json(random, 4, [.. Known.SelectMany(key => key.Path)])), json =>
            ShouldLoadOrSayWhy(() => SettingsFile.Parse(json, "appsettings.json"), () => Load(json, [], [])));

    [Fact]
    public void Variables_and_flags_of_anything_are_used_or_refused_by_name() => Fuzz.Check(400, Outside, input =>
        ShouldLoadOrSayWhy(() => null, () => Load("{}"u8, input.Variables.DistinctBy(variable => variable.Name).ToDictionary(variable => variable.Name, variable => variable.Value), input.Flags)));

    /// <summary>As the program does it, and what it then hands to its parts is found right by them.</summary>
    private static WorkerSettings Load(ReadOnlySpan<byte> json, Dictionary<string, string> variables, string[] flags)
    {
        var file = Path.GetTempFileName();
        try
        {
            System.IO.File.WriteAllBytes(file, json);
            return SettingsLoader.Load(file, flags, variables);
        }
        finally
        {
            System.IO.File.Delete(file);
        }
    }

    private static void ShouldLoadOrSayWhy(Func<object?> parse, Func<WorkerSettings> load)
    {
        try
        {
            parse();
            var settings = load();

            var options = new RenderOptions();
            RenderOptionsBinding.Fill(options, settings);
            RenderOptionsValidation.Check(options);
            Path.IsPathFullyQualified(settings.StagingRoot).ShouldBeTrue();
            (settings.StorageRoot is null).ShouldBe(settings.S3 is not null);
            settings.DashboardUrls.ShouldNotBeEmpty();
            if (settings.Sora.BaseUrl is not null)
                ShouldFit(settings.Sora);
        }
        catch (SettingsException e)
        {
            e.Errors.ShouldNotBeEmpty();
            foreach (var error in e.Errors)
            {
                error.Field.ShouldNotBeNull();
                error.Message.ShouldNotBeNullOrWhiteSpace();
                error.Message.Contains(Secret, StringComparison.Ordinal).ShouldBeFalse(error.Message);
            }
        }
    }

    // The client has rules of its own for names and values of headers and fields; it too names what it refuses.
    private static void ShouldFit(SoraSettings settings)
    {
        var options = new VideosApiOptions();
        VideosApiBinding.Fill(options, settings);
        try
        {
            VideosApiOptionsValidator.ThrowIfInvalid(options);
        }
        catch (OptionsValidationException e)
        {
            e.Failures.ShouldAllBe(failure => failure.StartsWith("Sora:", StringComparison.Ordinal));
        }
    }

    private static (IReadOnlyList<(string Name, string Value)> Variables, string[] Flags) Outside(Random random) =>
    (
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => Setting(random)).Select(one => (random.Chance(0.95) ? string.Join("__", one.Path) : Arbitrary.Text(random), one.Value))],
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => Setting(random)).Select(one => random.Chance(0.95) ? $"{string.Join(':', one.Path)}={one.Value}" : Arbitrary.Text(random))]
    );

    private static string File(Random random)
    {
        var settings = Enumerable.Range(0, random.Next(6)).Select(_ => Setting(random));
        var sections = settings.Select(one => one.Path.Reverse().Aggregate(Json(random, one.Value), (inner, word) => $"{{{Arbitrary.JsonText(random, word)}:{inner}}}")[1..^1]);
        return $"{{{string.Join(',', sections)}}}";
    }

    private static string Json(Random random, string value) => random.Next(5) switch
    {
        0 => Arbitrary.Json(random, 2),
        1 => $"[{Arbitrary.JsonText(random, value)}]",
        2 when value.Length > 0 && value.All(char.IsAsciiDigit) => value,
        _ => Arbitrary.JsonText(random, value),
    };

    private static (string[] Path, string Value) Setting(Random random)
    {
        var key = random.Pick(Known);
        var path = key.Path.Select(word => word == "*" ? Name(random) : random.Chance(0.03) ? Arbitrary.Mutated(random, word) : word).ToList();
        if (random.Chance(0.05))
            path.Add(random.Pick("0", "1", "00", "-1", ""));
        return ([.. path], key.Secret && random.Chance(0.7) ? Secret + (random.Chance(0.3) ? "\n" : "") : Value(random, key));
    }

    private static string Name(Random random) => random.Pick("sora-2", "SORA-2", "wan2.1:14b", "a", "", "Default", "1280x720", Arbitrary.Text(random));

    private static string Value(Random random, SettingKey key) => random.Next(6) switch
    {
        0 => key.Default ?? "",
        1 => Arbitrary.Amount(random),
        2 => Arbitrary.Text(random),
        3 => random.Pick(key.Rule.Allowed.Split(", ")),
        4 => random.Pick("true", "30s", "1m", "1280x720", "4", "0.5", ",", ";", "a,b", "Host=x;Database=y", "Host=x;Port=abc", "Data Source=a.db", "http://127.0.0.1:0", "http://*:0", "https://host.example/v1", "S3", "PostgreSql", "\0"),
        _ => random.Pick("http://xn--/", "http://\u200d/", "https://host.example:99999/", "http://[::1", "Data Source=\0", "Host=\0", "=", "a=b=c;", "SSL Mode=never", "Pooling=maybe", "bucket-1", "s3://x", "~", "/"),
    };
}
