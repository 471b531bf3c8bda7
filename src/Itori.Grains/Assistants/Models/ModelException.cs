namespace Itori.Grains.Assistants.Models;

/// <summary>The model did not answer as it should. The message is one sentence for the people in the session.</summary>
internal sealed class ModelException(string message, Exception? inner = null) : Exception(message, inner);
