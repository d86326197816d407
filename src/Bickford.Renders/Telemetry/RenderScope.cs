using System.Collections;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Telemetry;

/// <summary>Around everything that is logged while a step of a render runs: which render, step and try, and in which trace.</summary>
internal sealed class RenderScope : IReadOnlyList<KeyValuePair<string, object?>>
{
    // A prompt's first words may stand in any message; so long a piece of it does not by chance.
    private const int Piece = 24;

    private static readonly AsyncLocal<RenderScope?> s_current = new();

    private readonly KeyValuePair<string, object?>[] _fields;
    private readonly string _prompt;

    private RenderScope(Render render)
    {
        _prompt = render.Prompt;
        _fields =
        [
            new(TelemetryFields.RenderId, render.Id.ToString("D")),
            new(TelemetryFields.Step, TelemetryFields.Word(render.Step)),
            new(TelemetryFields.Attempt, render.Attempt),
            new(TelemetryFields.TraceId, RenderTrace.ContextOf(render).TraceId.ToHexString()),
        ];
    }

    /// <summary>The one that the caller is in.</summary>
    public static RenderScope? Current => s_current.Value;

    /// <inheritdoc/>
    public int Count => _fields.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => _fields[index];

    /// <summary>Begins one; it ends when the result is disposed, in the method that began it.</summary>
    public static IDisposable Begin(Render render, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(render);
        ArgumentNullException.ThrowIfNull(logger);
        var scope = new RenderScope(render);
        var before = s_current.Value;
        s_current.Value = scope;
        return new Ending(logger.BeginScope(scope), before);
    }

    /// <summary>The text without the render's prompt, which a provider's message may quote: as a whole, or cut off.</summary>
    public string WithoutPrompt(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (_prompt.Length == 0)
            return text;
        var begin = _prompt.Length <= Piece ? _prompt : _prompt[..Piece];
        for (var at = text.IndexOf(begin, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(begin, at, StringComparison.OrdinalIgnoreCase))
        {
            var same = begin.Length;
            while (same < _prompt.Length && at + same < text.Length && char.ToUpperInvariant(_prompt[same]) == char.ToUpperInvariant(text[at + same]))
                same++;
            text = $"{text[..at]}{SecretMask.Mask}{text[(at + same)..]}";
            at += SecretMask.Mask.Length;
        }

        return text;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)_fields).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As the JSON console shows it.</summary>
    public override string ToString() => string.Join(", ", _fields.Select(field => $"{field.Key}={field.Value}"));

    private sealed class Ending(IDisposable? inner, RenderScope? before) : IDisposable
    {
        public void Dispose()
        {
            s_current.Value = before;
            inner?.Dispose();
        }
    }
}
