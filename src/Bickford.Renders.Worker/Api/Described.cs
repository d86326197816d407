namespace Bickford.Renders.Worker.Api;

/// <summary>Where a parameter stands.</summary>
internal enum ParameterPlace
{
    Query,
    Header,
}

/// <summary>A parameter of an endpoint: what its description says, and for the query what is known at all.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Help">What it means and what is allowed.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="IsNumber">A whole number and not a text.</param>
internal sealed record DescribedParameter(string Name, string Help, ParameterPlace Place = ParameterPlace.Query, bool IsNumber = false);

/// <summary>Shorthands for describing endpoints.</summary>
internal static class Described
{
    public static readonly DescribedParameter IdempotencyKey =
        new("Idempotency-Key", "The same key with the same request returns the same render, however often it is sent; 1 to 200 characters.", ParameterPlace.Header);

    public static readonly DescribedParameter IfNoneMatch = new("If-None-Match", "The ETag of what you have: 304 if it is still that.", ParameterPlace.Header);

    /// <summary>The parameters of this endpoint; any other in the query is refused.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params DescribedParameter[] parameters)
    {
        string[] known = [.. parameters.Where(parameter => parameter.Place == ParameterPlace.Query).Select(parameter => parameter.Name)];
        return endpoint.WithMetadata([.. parameters]).AddEndpointFilter((context, next) =>
        {
            var unknown = context.HttpContext.Request.Query.Keys.FirstOrDefault(name => !known.Contains(name));
            return unknown is null
                ? next(context)
                : throw new RenderRequestException(unknown, context.HttpContext.Request.Query[unknown].ToString(), known.Length == 0 ? "no query here" : $"only the parameters {string.Join(", ", known)}");
        });
    }

    /// <summary>The problems that may come back, in the description.</summary>
    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in (int[])[.. statuses, StatusCodes.Status429TooManyRequests])
            endpoint.Produces<ApiProblem>(status, ApiProblem.ContentType);
        return endpoint;
    }
}
