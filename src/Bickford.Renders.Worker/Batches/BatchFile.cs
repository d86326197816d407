using System.Security.Cryptography;
using System.Text;
using Bickford.Renders.Queue;
using Bickford.Renders.Worker.Api;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Batches;

/// <summary>A render that a file asks for.</summary>
/// <param name="Number">Its line, from 1.</param>
/// <param name="Order">What to render; with a key, the caller's or one made of what the line says.</param>
/// <param name="Cost">List price; null where there is none.</param>
internal sealed record BatchLine(int Number, RenderOrder Order, decimal? Cost);

/// <summary>Lines of a file are wrong. Nothing was written.</summary>
/// <param name="errors">All of them, each with its line.</param>
internal sealed class BatchFileException(IReadOnlyList<SettingError> errors) : Exception(string.Join(Environment.NewLine, errors.Select(error => error.Message)))
{
    public IReadOnlyList<SettingError> Errors { get; } = errors;
}

/// <summary>Reads a batch: a JSON object a line, as the HTTP API takes them; blank lines are skipped.</summary>
internal static class BatchFile
{
    /// <summary>The most renders of a batch: they are accepted in one transaction.</summary>
    public const int MostLines = 10_000;

    private const int MostErrors = 20;

    /// <summary>All of a file.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static async Task<string> ReadAsync(string path, TextReader standardInput, CancellationToken cancellationToken)
    {
        try
        {
            return path == "-" ? await standardInput.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(path, new UTF8Encoding(false, throwOnInvalidBytes: true), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException("FILE", $"'{path}' cannot be read; allowed: a file of JSON lines in UTF-8, or - for standard input ({e.Message})");
        }
    }

    /// <summary>What a file asks for, all of it found right.</summary>
    /// <param name="text">The file.</param>
    /// <param name="name">Name of the batch.</param>
    /// <param name="tags">Put on every render, behind the line's own.</param>
    /// <param name="options">The catalogue.</param>
    /// <exception cref="BatchFileException">Lines are wrong.</exception>
    /// <exception cref="InputException">There are none, or too many.</exception>
    public static IReadOnlyList<BatchLine> Parse(string text, string name, IReadOnlyList<string> tags, RenderOptions options)
    {
        var lines = text.Split('\n').Select((line, i) => (Number: i + 1, Text: line.Trim().Trim('\uFEFF').Trim())).Where(line => line.Text.Length > 0).ToArray();
        if (lines.Length == 0)
            throw new InputException("FILE", "it holds no line; allowed: a JSON object on each line, such as {\"prompt\": \"A lighthouse in fog\"}");
        if (lines.Length > MostLines)
            throw new InputException("FILE", $"it has {lines.Length} lines; allowed: at most {MostLines}; hand in the rest as another batch");

        var (found, errors, keys) = (new List<BatchLine>(), new List<SettingError>(), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var (number, line) in lines)
        {
            try
            {
                var one = Read(number, line, name, tags, options);
                var key = one.Order.IdempotencyKey ?? KeyOf(one.Order.Request, name, keys);
                if (!keys.TryAdd(key, number))
                    throw new RenderRequestException("idempotency_key", key, "a key that no other line has", $"line {keys[key]} has it");
                found.Add(one with { Order = one.Order with { IdempotencyKey = key } });
            }
            catch (RenderRequestException e)
            {
                // The reader of JSON counts lines from 0, and knows of one.
                errors.Add(new SettingError($"line {number}", $"line {number}: {e.Message.Replace("LineNumber: 0 | BytePositionInLine: ", "at byte ", StringComparison.Ordinal)}"));
            }
        }

        if (errors.Count > MostErrors)
            errors = [.. errors.Take(MostErrors), new SettingError("FILE", $"and {errors.Count - MostErrors} more lines are wrong")];
        return errors.Count == 0 ? found : throw new BatchFileException(errors);
    }

    private static BatchLine Read(int number, string line, string name, IReadOnlyList<string> tags, RenderOptions options)
    {
        var order = NewRenderLine.From(JsonFields.Parse(Encoding.UTF8.GetBytes(line), NewRenderLine.Fields));
        if (order.Request.Batch is { } other && other != name)
            throw new RenderRequestException("batch", other, $"'{name}' or no such field: a file is one batch, named by --name");
        var request = order.Request with { Batch = name, Tags = [.. order.Request.Tags.Concat(tags).Distinct(StringComparer.Ordinal)] };
        var valid = RequestValidation.Check(request, options);
        RequestValidation.CheckKey(order.IdempotencyKey);
        return new BatchLine(number, order with { Request = request }, valid.Cost);
    }

    // Made of what is asked for and not of the line's number: a line that is put in, taken out or moved leaves the others the renders that they have.
    private static string KeyOf(RenderRequest request, string name, Dictionary<string, int> taken)
    {
        var said = Json.Line(new { request.Prompt, request.Model, request.Size, request.Seconds, request.Tags, request.Priority, request.Keep });
        var key = $"batch/{name}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said)).AsSpan(0, 16))}";
        // The same line twice is wanted twice.
        var (unique, copy) = (key, 1);
        while (taken.ContainsKey(unique))
            unique = $"{key}-{++copy}";
        return unique;
    }
}
