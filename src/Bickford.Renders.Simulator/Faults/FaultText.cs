using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Bickford.Renders.Simulator;

/// <summary>Fault rules as text: <c>operation:kind[:key=value]…</c>; a colon or backslash inside a value is written with a backslash before it.</summary>
internal static class FaultText
{
    private static readonly Dictionary<string, FaultOperation> Operations = Names<FaultOperation>();
    private static readonly Dictionary<string, FaultKind> Kinds = Names<FaultKind>();

    private static readonly Dictionary<string, Func<FaultRule, string, FaultRule?>> Keys = new()
    {
        ["times"] = (rule, text) => Whole(text) is { } n ? rule with { Times = n } : null,
        ["skip"] = (rule, text) => Whole(text) is { } n ? rule with { Skip = n } : null,
        ["match"] = (rule, text) => text.Length > 0 ? rule with { Match = text } : null,
        ["variant"] = (rule, text) => rule with { Variant = text },
        ["probability"] = (rule, text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? rule with { Probability = n } : null,
        ["status"] = (rule, text) => Whole(text) is { } n ? rule with { Status = n } : null,
        ["code"] = (rule, text) => rule with { Code = text },
        ["type"] = (rule, text) => rule with { Type = text },
        ["message"] = (rule, text) => rule with { Message = text },
        ["retry-after"] = (rule, text) => Durations.Parse(text) is { } time ? rule with { RetryAfter = time } : null,
        ["retry-after-ms"] = (rule, text) => Whole(text) is { } n ? rule with { RetryAfterMs = TimeSpan.FromMilliseconds(n) } : null,
        ["effect"] = (rule, text) => bool.TryParse(text, out var yes) ? rule with { Effect = yes } : null,
        ["for"] = (rule, text) => Durations.Parse(text) is { } time ? rule with { For = time } : null,
        ["bytes"] = (rule, text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? rule with { Bytes = n } : null,
        ["at"] = (rule, text) => Whole(text) is { } n ? rule with { At = n } : null,
        ["as"] = (rule, text) => text.Length > 0 ? rule with { As = text } : null,
        ["late"] = (rule, text) => bool.TryParse(text, out var yes) ? rule with { Late = yes } : null,
    };

    public static string OperationNames => string.Join(", ", Operations.Keys);

    public static string KindNames => string.Join(", ", Kinds.Keys);

    public static string KeyNames => string.Join(", ", Keys.Keys);

    public static bool TryParse(string text, [NotNullWhen(true)] out FaultRule? rule, [NotNullWhen(false)] out string? problem)
    {
        rule = null;
        var parts = Split(text);
        if (parts.Count < 2)
            return Fail(out problem, text, "it must read operation:kind[:key=value]…, for example create:drop-after:times=1");
        if (!Operations.TryGetValue(parts[0], out var operation))
            return Fail(out problem, text, $"operation '{parts[0]}' must be one of {OperationNames}");
        if (!Kinds.TryGetValue(parts[1], out var kind))
            return Fail(out problem, text, $"kind '{parts[1]}' must be one of {KindNames}");

        var read = new FaultRule { Operation = operation, Kind = kind };
        foreach (var part in parts.Skip(2))
        {
            var key = part.Split('=', 2);
            if (key.Length < 2 || !Keys.TryGetValue(key[0], out var set))
                return Fail(out problem, text, $"'{part}' must be KEY=VALUE with one of the keys {KeyNames}");
            if (set(read, key[1]) is not { } next)
                return Fail(out problem, text, $"'{key[1]}' is not a value for {key[0]}");
            read = next;
        }

        if (read.Problem() is { } wrong)
            return Fail(out problem, text, wrong.TrimEnd('.'));
        rule = read;
        problem = null;
        return true;
    }

    public static string Format(FaultRule rule)
    {
        var text = new StringBuilder(Name(rule.Operation)).Append(':').Append(Name(rule.Kind));
        void Add(string key, string? value)
        {
            if (value is not null)
                text.Append(':').Append(key).Append('=').Append(value.Replace("\\", @"\\", StringComparison.Ordinal).Replace(":", @"\:", StringComparison.Ordinal));
        }

        Add("times", Text(rule.Times));
        Add("skip", rule.Skip == 0 ? null : Text(rule.Skip));
        Add("match", rule.Match);
        Add("variant", rule.Variant);
        Add("probability", rule.Probability is 1 ? null : rule.Probability.ToString(CultureInfo.InvariantCulture));
        Add("status", rule.Kind == FaultKind.Status ? Text(rule.Status) : null);
        Add("code", rule.Code);
        Add("type", rule.Type);
        Add("message", rule.Message);
        Add("retry-after", rule.RetryAfter is { } after ? Durations.Format(after) : null);
        Add("retry-after-ms", Text((long?)rule.RetryAfterMs?.TotalMilliseconds));
        Add("effect", rule.Effect switch { true => "true", false => "false", null => null });
        Add("for", rule.For is { } time ? Durations.Format(time) : null);
        Add("bytes", Text(rule.Bytes));
        Add("at", Text(rule.At));
        Add("as", rule.As);
        Add("late", rule.Late ? "true" : null);
        return text.ToString();
    }

    public static string Name<T>(T value)
        where T : struct, Enum
    {
        var name = new StringBuilder();
        foreach (var letter in value.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0)
                name.Append('-');
            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }

    private static Dictionary<string, T> Names<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().ToDictionary(Name, value => value, StringComparer.OrdinalIgnoreCase);

    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is ':' or '\\')
                part.Append(text[++i]);
            else if (text[i] == ':')
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
                part.Append(text[i]);
        }

        parts.Add(part.ToString());
        return parts;
    }

    private static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static bool Fail(out string problem, string text, string why)
    {
        problem = $"The fault rule '{text}' cannot be used: {why}.";
        return false;
    }
}
