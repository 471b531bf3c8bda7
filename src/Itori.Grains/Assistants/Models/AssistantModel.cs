using Microsoft.Extensions.AI;

namespace Itori.Grains.Assistants.Models;

/// <summary>The model that answers, by configuration.</summary>
/// <param name="Client">How it is asked.</param>
/// <param name="Name">What a person would call it; on the wire as <c>metadata.model</c>.</param>
internal sealed record AssistantModel(IChatClient Client, string Name)
{
    /// <summary>The name of the model that needs no network.</summary>
    public const string EmbeddedName = "itori-embedded";

    /// <summary>Whether it answers from the turn's own context, so that no prompt needs to be written out.</summary>
    public bool IsEmbedded => Name == EmbeddedName;
}
