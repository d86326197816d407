using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Output;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Bickford.Renders.Worker.Api;

/// <summary>What the generated description of the API says beyond what the endpoints do.</summary>
internal static class ApiDescription
{
    public static void Fill(OpenApiOptions options)
    {
        options.ShouldInclude = static endpoint => endpoint.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Bickford Renders",
                Version = CommandTree.Version,
                Description = "AI video renders that are paid for once and never lost. Errors are problem details (RFC 9457).",
            };
            // Where it is depends on who asks.
            document.Servers = [];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            operation.Parameters ??= [];
            foreach (var parameter in context.Description.ActionDescriptor.EndpointMetadata.OfType<DescribedParameter>())
                operation.Parameters.Add(Of(parameter));
            if (operation.RequestBody?.Content is { } content && content.ContainsKey("multipart/form-data"))
                content["multipart/form-data"] = new OpenApiMediaType { Schema = Form() };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer(static (schema, context, _) =>
        {
            // Written as it is.
            if (context.JsonTypeInfo.Type == typeof(RawJson))
                (schema.Type, schema.AdditionalPropertiesAllowed) = (JsonSchemaType.Object, true);
            return Task.CompletedTask;
        });
    }

    private static OpenApiParameter Of(DescribedParameter parameter) => new()
    {
        Name = parameter.Name,
        Description = parameter.Help,
        In = parameter.Place == ParameterPlace.Query ? ParameterLocation.Query : ParameterLocation.Header,
        Schema = new OpenApiSchema { Type = parameter.IsNumber ? JsonSchemaType.Integer : JsonSchemaType.String },
    };

    private static OpenApiSchema Form()
    {
        var fields = NewRender.Fields.ToDictionary(
            name => name,
            IOpenApiSchema (name) => name == "tags"
                ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } }
                : new OpenApiSchema { Type = name is "seconds" or "priority" ? JsonSchemaType.Integer : name == "keep" ? JsonSchemaType.Boolean : JsonSchemaType.String });
        fields["reference"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = "An image to begin with: jpeg, png or webp, of the render's own size." };
        return new OpenApiSchema { Type = JsonSchemaType.Object, Properties = fields, Required = new HashSet<string> { "prompt" } };
    }
}
