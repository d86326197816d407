namespace Bickford.Renders.Data;

/// <summary>What a parameter is, whatever its value.</summary>
internal enum SqlType
{
    Text,
    Integer,
    Bigint,
    Flag,
    Id,
    Time,
    Duration,
    Json,
    Money,
    Texts,
    Integers,
    Bigints,
    Ids,
    Times,
}

/// <summary>A parameter; null is a value of its type.</summary>
internal readonly record struct TypedParameter(string Name, SqlType Type, object? Value);

/// <summary>
/// The parameters of what is asked for each step of each render, each with its type. A server knows a statement again by its text and the types of its parameters: a null without one would
/// make it another statement, to be parsed and planned anew.
/// </summary>
/// <param name="capacity">About how many there will be.</param>
internal sealed class TypedParameters(int capacity = 8)
{
    private readonly List<TypedParameter> _all = new(capacity);

    public IReadOnlyList<TypedParameter> All => _all;

    public TypedParameters Add(string name, string? value) => Add(name, SqlType.Text, value);

    public TypedParameters Add(string name, int? value) => Add(name, SqlType.Integer, value);

    public TypedParameters Add(string name, long? value) => Add(name, SqlType.Bigint, value);

    public TypedParameters Add(string name, bool value) => Add(name, SqlType.Flag, value);

    public TypedParameters Add(string name, Guid? value) => Add(name, SqlType.Id, value);

    public TypedParameters Add(string name, DateTimeOffset? value) => Add(name, SqlType.Time, value);

    public TypedParameters Add(string name, TimeSpan value) => Add(name, SqlType.Duration, value);

    public TypedParameters Add(string name, decimal? value) => Add(name, SqlType.Money, value);

    public TypedParameters AddJson(string name, string? value) => Add(name, SqlType.Json, value);

    public TypedParameters Add(string name, string?[] values) => Add(name, SqlType.Texts, values);

    public TypedParameters Add(string name, int[] values) => Add(name, SqlType.Integers, values);

    public TypedParameters Add(string name, long[] values) => Add(name, SqlType.Bigints, values);

    public TypedParameters Add(string name, Guid[] values) => Add(name, SqlType.Ids, values);

    public TypedParameters Add(string name, DateTimeOffset[] values) => Add(name, SqlType.Times, values);

    public TypedParameters Add(string name, DateTimeOffset?[] values) => Add(name, SqlType.Times, values);

    /// <summary>The parameter of this name, which stands at <paramref name="likely"/> if the statement is asked as it was the last time; where it was found is left there.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public TypedParameter Find(string name, ref int likely)
    {
        // Read once: others may leave another place there meanwhile.
        var at = likely;
        if (at < _all.Count && _all[at].Name == name)
            return _all[at];
        at = _all.FindIndex(parameter => parameter.Name == name);
        if (at < 0)
            throw new ArgumentException($"the statement names @{name}, which is not among its parameters", nameof(name));
        likely = at;
        return _all[at];
    }

    private TypedParameters Add(string name, SqlType type, object? value)
    {
        _all.Add(new TypedParameter(name, type, value));
        return this;
    }
}
