using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Simulator;

public sealed class CreateRulesTests
{
    [Theory]
    [InlineData("model", "sora-9", "model")]
    [InlineData("size", "100x100", "size")]
    [InlineData("size", "1792x1024", "size")]
    [InlineData("seconds", "6", "seconds")]
    [InlineData("seconds", "16", "seconds")]
    [InlineData("prompt", "", "prompt")]
    [InlineData("surprise", "1", "surprise")]
    public async Task A_bad_value_is_a_400_that_names_its_parameter(string field, string value, string param)
    {
        await using var simulator = await SimulatorClient.StartAsync();
        Part[] parts = field == "prompt" ? [new Part(field, value)] : [new Part("prompt", "p"), new Part(field, value)];

        var reply = await simulator.PostFormAsync("videos", parts);

        reply.Status.ShouldBe(400);
        reply.Error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        reply.Error.GetProperty("param").GetString().ShouldBe(param);
        reply.Error.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        simulator.Server.Videos.CreateCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_prompt_may_have_32000_characters_and_no_more()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var longest = string.Concat(Enumerable.Repeat("\U0001F30A", 32000));

        (await simulator.PostJsonAsync("videos", new { prompt = longest })).Status.ShouldBe(200);
        (await simulator.PostJsonAsync("videos", new { prompt = longest + "a" })).Error.GetProperty("code").GetString().ShouldBe("string_above_max_length");
    }

    [Fact]
    public async Task The_pro_model_has_larger_sizes_and_the_long_catalogue_longer_clips()
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { Models = ModelCatalogue.SoraLong });

        (await simulator.PostJsonAsync("videos", new { prompt = "p", model = "sora-2-pro", size = "1920x1080", seconds = "20" })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Seconds_as_a_number_are_refused_as_the_official_server_does()
    {
        await using var simulator = await SimulatorClient.StartAsync();

        (await simulator.PostJsonAsync("videos", new { prompt = "p", seconds = 4 })).Error.GetProperty("code").GetString().ShouldBe("invalid_type");
    }

    [Fact]
    public async Task A_reference_file_of_the_right_size_is_taken_and_its_hash_kept()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var image = Images.EmbeddedWebp("1280x720");

        var reply = await simulator.PostFormAsync("videos", new Part("prompt", "p"), new Part("size", "1280x720"), Part.File("input_reference", image));

        reply.Status.ShouldBe(200, reply.Text);
        simulator.Server.Videos.Creates.Single().ReferenceSha256.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(image)));
    }

    [Fact]
    public async Task A_reference_of_another_size_or_kind_is_refused()
    {
        await using var simulator = await SimulatorClient.StartAsync();

        var size = await simulator.PostFormAsync("videos", new Part("prompt", "p"), Part.File("input_reference", Images.Png(1280, 720)));
        var kind = await simulator.PostFormAsync("videos", new Part("prompt", "p"), Part.File("input_reference", "GIF89a and so on"u8.ToArray()));

        size.Error.GetProperty("message").GetString().ShouldBe("Inpaint image must match the requested width and height");
        kind.Status.ShouldBe(400);
        kind.Error.GetProperty("param").GetString().ShouldBe("input_reference");
    }

    [Fact]
    public async Task A_json_reference_is_exactly_one_of_url_and_file_id()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var data = "data:image/png;base64," + Convert.ToBase64String(Images.Png(720, 1280));
        var wrong = "data:image/png;base64," + Convert.ToBase64String(Images.Png(10, 10));

        (await CreateAsync(new { image_url = data })).ShouldBe(200);
        (await CreateAsync(new { image_url = "https://example.com/a.png" })).ShouldBe(200);
        (await CreateAsync(new { file_id = "file-1" })).ShouldBe(200);
        (await CreateAsync(new { file_id = "file-1", image_url = data })).ShouldBe(400);
        (await CreateAsync(new { image_url = wrong })).ShouldBe(400);
        (await CreateAsync(new { image_url = "ftp://example.com/a.png" })).ShouldBe(400);
        (await CreateAsync("file-1")).ShouldBe(400);

        async Task<int> CreateAsync(object reference) => (await simulator.PostJsonAsync("videos", new { prompt = "p", input_reference = reference })).Status;
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("""{"prompt":null}""", 400)]
    [InlineData("""{"prompt":7}""", 400)]
    [InlineData("""{"prompt":"p"}""", 200)]
    public async Task Json_that_is_no_create_is_a_400(string body, int status)
    {
        await using var simulator = await SimulatorClient.StartAsync();

        var reply = await simulator.SendAsync(HttpMethod.Post, "videos", new StringContent(body, null, "application/json"));

        reply.Status.ShouldBe(status);
    }

    [Fact]
    public async Task Other_content_types_are_refused()
    {
        await using var simulator = await SimulatorClient.StartAsync();

        (await simulator.SendAsync(HttpMethod.Post, "videos", new StringContent("prompt=p", null, "application/x-www-form-urlencoded"))).Status.ShouldBe(400);
    }
}
