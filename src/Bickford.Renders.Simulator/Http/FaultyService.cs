namespace Bickford.Renders.Simulator;

/// <summary>Lets a request that passed its checks take effect and be answered, under the faults in force.</summary>
internal sealed class FaultyService(FaultPlan faults, AnswerWriter writer, Dialect dialect)
{
    /// <summary>Does what was asked: given the faults that mark its video, and the fault that spoils its answer.</summary>
    public delegate Task<Answer> Effect(IReadOnlyList<FaultRule> marks, FaultRule? fault);

    public async Task ServeAsync(HttpContext context, FaultTarget target, Effect effect, Func<FaultRule, bool>? fits = null)
    {
        var fault = faults.StrikeAnswer(target, fits);
        Task<Answer> TakeEffectAsync() => effect(target.Operation == FaultOperation.List ? [] : faults.StrikeVideo(target), fault);

        switch (fault?.Kind)
        {
            case FaultKind.DropBefore:
                AnswerWriter.Cut(context);
                break;
            case FaultKind.DropAfter:
                await TakeEffectAsync();
                AnswerWriter.Cut(context);
                break;
            case FaultKind.Moderation:
            case FaultKind.Status:
                if (fault.Effect == true)
                    await TakeEffectAsync();
                await writer.WriteAsync(context, ErrorJson.Of(fault, dialect));
                break;
            case FaultKind.Hang when fault.Effect == false:
                await writer.WaitAsync(context, fault.For ?? Timeout.InfiniteTimeSpan);
                await writer.WriteAsync(context, await TakeEffectAsync());
                break;
            case FaultKind.Hang:
                var answer = await TakeEffectAsync();
                await writer.WaitAsync(context, fault.For ?? Timeout.InfiniteTimeSpan);
                await writer.WriteAsync(context, answer);
                break;
            default:
                await writer.WriteAsync(context, await TakeEffectAsync(), fault);
                break;
        }
    }
}
