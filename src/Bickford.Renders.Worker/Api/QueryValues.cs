using System.Globalization;

namespace Bickford.Renders.Worker.Api;

/// <summary>Reads parameters of a query.</summary>
internal static class QueryValues
{
    /// <exception cref="RenderRequestException">It is there twice.</exception>
    public static string? One(this IQueryCollection query, string name) => query[name] switch
    {
        { Count: > 1 } values => throw new RenderRequestException(name, values.ToString(), "this parameter once"),
        { Count: 1 } values when values[0] is { Length: > 0 } value => value,
        _ => null,
    };

    /// <exception cref="RenderRequestException">It is no whole number in this range.</exception>
    public static long Whole(this IQueryCollection query, string name, long fallback, long least, long most) =>
        query.One(name) is not { } text ? fallback
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
        : throw new RenderRequestException(name, text, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));

    /// <summary>Several, as repeated parameters or with commas between.</summary>
    /// <exception cref="RenderRequestException">One of them is none.</exception>
    public static IReadOnlyList<T> Many<T>(this IQueryCollection query, string name)
        where T : struct, Enum =>
        [
            .. query[name].OfType<string>().SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Select(text => Enum.GetNames<T>().FirstOrDefault(value => value.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } value
                    ? Enum.Parse<T>(value)
                    : throw new RenderRequestException(name, text, string.Join(", ", Enum.GetNames<T>()))),
        ];
}
