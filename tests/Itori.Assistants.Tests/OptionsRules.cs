using Itori.Grains.Assistants;

namespace Itori.Assistants.Tests;

public sealed class OptionsRules
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new AssistantOptionsValidator().Validate(null, new AssistantOptions()).Succeeded);

    [Theory]
    [InlineData("Endpoint", "http://localhost:1/v1")]
    [InlineData("MaxOutputTokens", "0")]
    [InlineData("Temperature", "3")]
    [InlineData("RequestTimeout", "00:00:00")]
    [InlineData("FirstTokenTimeout", "01:00:00")]
    [InlineData("DeltasPerSecond", "0")]
    [InlineData("ApiKey", "k")]
    public void A_wrong_value_is_refused_with_its_key(string key, string value)
    {
        var options = new AssistantOptions();
        switch (key)
        {
            case "Endpoint": options.Endpoint = new Uri(value); break;
            case "MaxOutputTokens": options.MaxOutputTokens = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture); break;
            case "Temperature": options.Temperature = double.Parse(value, System.Globalization.CultureInfo.InvariantCulture); break;
            case "RequestTimeout": options.RequestTimeout = TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture); break;
            case "FirstTokenTimeout": options.FirstTokenTimeout = TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture); break;
            case "DeltasPerSecond": options.DeltasPerSecond = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture); break;
            default: options.ApiKey = value; break;
        }

        var result = new AssistantOptionsValidator().Validate(null, options);
        Assert.True(result.Failed);
        Assert.Contains($"Itori:Assistant:{(key == "Endpoint" ? "Model" : key)}", result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_needs_room() => Assert.True(new AssistantOptionsValidator().Validate(null, new LibraryOptions { MaxCharacters = 1 }).Failed);
}
