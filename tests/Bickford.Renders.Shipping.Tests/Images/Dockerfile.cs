using System.Text.RegularExpressions;
using Bickford.Renders.Shipping.Tests.Support;

namespace Bickford.Renders.Shipping.Tests.Images;

/// <summary>One instruction of a Dockerfile, its continued lines put together.</summary>
internal sealed record Instruction(string Word, string Rest);

/// <summary>One stage of a Dockerfile.</summary>
internal sealed record Stage(string Name, string From, IReadOnlyList<Instruction> Instructions)
{
    public string? Last(string word) => Instructions.LastOrDefault(one => one.Word == word)?.Rest;
}

/// <summary>ops/Dockerfile, read.</summary>
internal sealed partial class Dockerfile
{
    private Dockerfile(Dictionary<string, string> arguments, IReadOnlyList<Stage> stages) => (Arguments, Stages) = (arguments, stages);

    /// <summary>What is declared before the first stage.</summary>
    public Dictionary<string, string> Arguments { get; }

    public IReadOnlyList<Stage> Stages { get; }

    public Stage this[string name] => Stages.Single(stage => stage.Name == name);

    /// <summary>The variables that a container of a stage starts with.</summary>
    public Dictionary<string, string> EnvironmentOf(string stage) => this[stage].Instructions.Where(one => one.Word == "ENV")
        .SelectMany(one => Pair().Matches(one.Rest)).ToDictionary(pair => pair.Groups["name"].Value, pair => pair.Groups["value"].Value);

    public static Dockerfile Read()
    {
        var text = string.Join('\n', Repository.Read("ops", "Dockerfile").Split('\n').Where(line => !line.StartsWith('#'))).Replace("\\\n", " ", StringComparison.Ordinal);
        var instructions = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).Select(line => new Instruction(line[0], line[1].Trim())).ToList();
        var arguments = instructions.TakeWhile(one => one.Word == "ARG").Select(one => one.Rest.Split('=', 2)).ToDictionary(one => one[0], one => one[1]);
        var stages = new List<Stage>();
        foreach (var instruction in instructions.SkipWhile(one => one.Word == "ARG"))
        {
            if (instruction.Word == "FROM")
                stages.Add(new Stage(instruction.Rest.Split(" AS ")[1], Expand(instruction.Rest.Split(" AS ")[0], arguments), []));
            else
                stages[^1] = stages[^1] with { Instructions = [.. stages[^1].Instructions, instruction] };
        }

        return new Dockerfile(arguments, stages);
    }

    private static string Expand(string text, Dictionary<string, string> arguments) => Variable().Replace(text, found => arguments[found.Groups["name"].Value]);

    [GeneratedRegex(@"\$\{(?<name>\w+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<name>\w+)=(?<value>\S+)")]
    private static partial Regex Pair();
}
