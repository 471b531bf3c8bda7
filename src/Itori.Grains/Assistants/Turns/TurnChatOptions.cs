using Itori.Grains.Assistants.Context;
using Microsoft.Extensions.AI;

namespace Itori.Grains.Assistants.Turns;

/// <summary>Options that carry what the turn knows as it is, for a client that answers from it instead of from the words of a prompt.</summary>
internal sealed class TurnChatOptions : ChatOptions
{
    public TurnChatOptions(TurnContext turn) => Turn = turn;

    private TurnChatOptions(TurnChatOptions other)
        : base(other) => Turn = other.Turn;

    public TurnContext Turn { get; }

    public override ChatOptions Clone() => new TurnChatOptions(this);
}
