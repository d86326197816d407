using System.Security.Cryptography;
using System.Text;

namespace Bickford.Renders.Worker.Web.Actions;

/// <summary>Idempotency keys of what costs money: one showing of a form pays once for a render, however often it is sent.</summary>
internal static class PayOnce
{
    /// <summary>A new form's own id.</summary>
    public static string NewForm(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");

    /// <summary>The key of what a form does to a render; null where the form's id is none that <see cref="NewForm"/> made.</summary>
    /// <param name="form">The form's id.</param>
    /// <param name="render">The render.</param>
    /// <param name="prompt">The edited prompt: whoever goes back and edits once more means another render.</param>
    public static string? KeyOf(string? form, Guid render, string? prompt = null) =>
        !Guid.TryParseExact(form, "N", out var id) ? null
        : prompt is null ? $"dashboard/{id:N}/{render:N}"
        : $"dashboard/{id:N}/{render:N}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(prompt)))[..16]}";
}
