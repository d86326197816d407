namespace Bickford.Renders.Worker.Web;

/// <summary>One block of a bar chart, in the chart's own units: 0,0 is top left.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
/// <param name="Series">Which series it belongs to.</param>
/// <param name="Column">In which column it stands.</param>
/// <param name="Value">What it shows.</param>
internal readonly record struct ChartBlock(double X, double Y, double Width, double Height, int Series, int Column, long Value);

/// <summary>Geometry of a chart of stacked columns.</summary>
internal static class ChartScale
{
    /// <summary>A round number not below the highest value, and even, so that half of it is a whole number as well.</summary>
    public static long Top(long highest)
    {
        if (highest <= 2)
            return 2;
        for (long power = 1; ; power *= 10)
        {
            foreach (var factor in (ReadOnlySpan<long>)[1, 2, 4, 5, 6, 8])
            {
                if (factor * power >= highest && factor * power % 2 == 0)
                    return factor * power;
            }

            if (power > long.MaxValue / 100)
                return highest;
        }
    }

    /// <summary>Blocks of columns that stand on the lower edge, series upon series in their order.</summary>
    /// <param name="columns">Of each column the value of each series.</param>
    /// <param name="top">The value of the upper edge.</param>
    /// <param name="width">Of the chart.</param>
    /// <param name="height">Of the chart.</param>
    public static IReadOnlyList<ChartBlock> Stack(IReadOnlyList<IReadOnlyList<long>> columns, long top, double width, double height)
    {
        var blocks = new List<ChartBlock>();
        var step = width / Math.Max(1, columns.Count);
        for (var column = 0; column < columns.Count; column++)
        {
            var foot = height;
            for (var series = 0; series < columns[column].Count; series++)
            {
                if (columns[column][series] is not (> 0 and var value))
                    continue;
                var tall = Math.Round(height * value / top, 2);
                foot -= tall;
                blocks.Add(new ChartBlock(Math.Round((column * step) + (step * 0.12), 2), Math.Round(foot, 2), Math.Round(step * 0.76, 2), tall, series, column, value));
            }
        }

        return blocks;
    }

    /// <summary>The begins of the hours up to now, oldest first.</summary>
    public static IReadOnlyList<DateTimeOffset> Hours(DateTimeOffset now, int count)
    {
        var newest = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
        return [.. Enumerable.Range(0, count).Select(back => newest.AddHours(back - count + 1))];
    }
}
