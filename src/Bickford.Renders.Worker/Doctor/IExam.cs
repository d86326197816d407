namespace Bickford.Renders.Worker.Doctor;

/// <summary>Looks at one part of the worker's world.</summary>
internal interface IExam
{
    /// <summary>Looks; whatever is wrong is a finding and not an exception.</summary>
    /// <exception cref="OperationCanceledException">Somebody gave up.</exception>
    Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken);
}
