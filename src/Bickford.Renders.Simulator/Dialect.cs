namespace Bickford.Renders.Simulator;

/// <summary>Whose habits the simulator takes on. Servers of the Videos protocol differ in small, expensive ways.</summary>
public enum Dialect
{
    /// <summary>The official API: all 13 fields of a video, official error envelope, strict parameters.</summary>
    OpenAi,

    /// <summary>
    /// vLLM-Omni: multipart create only, extra fields accepted, any size and seconds, a failed video is answered with
    /// 4xx or 5xx and the video as body, integer error codes, errors as <c>{"detail":…}</c>, content 422 when failed,
    /// DELETE cancels, no remix, no variants (the parameter is ignored).
    /// </summary>
    VllmOmni,

    /// <summary>
    /// SGLang-Diffusion: seconds as an integer, multipart must carry a file (JSON for text only), lists without
    /// <c>has_more</c>, <c>first_id</c> and <c>last_id</c>, DELETE answers a video with status <c>deleted</c>, video errors
    /// without code, no remix, no variants.
    /// </summary>
    Sglang,

    /// <summary>LiteLLM proxy: long re-encoded ids, empty fields left out, extra <c>usage</c>, content always labelled video/mp4.</summary>
    LiteLlm,

    /// <summary>Azure OpenAI v1: the model is a deployment name, 720p only, 4, 8 or 12 seconds; also takes the <c>api-key</c> header.</summary>
    Azure,

    /// <summary>
    /// A reselling gateway: statuses <c>submitted</c> and <c>processing</c>, a <c>url</c> (odd videos) or <c>video_url</c> (even ones) in the body
    /// of a completed video, content by 302 to a signed URL.
    /// </summary>
    Gateway,
}
