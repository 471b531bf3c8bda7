using Itori.Contracts;

namespace Itori.Grains.Fields.Replay;

/// <summary>The one rule by which a graph's events meet a field's steps, when it turns and when it is turned again.</summary>
internal static class FieldSteps
{
    /// <summary>Applies the graph's next event: to a turning field at the first step at or after it was made, to a resting one where it stands.</summary>
    public static void Follow(this FieldSimulation simulation, GraphDelta delta, bool turning)
    {
        if (turning)
        {
            simulation.AdvanceTo(simulation.StepAt(delta.Timestamp));
        }

        simulation.Apply(delta);
    }

    /// <summary>When the next step of a state begins, Unix ms.</summary>
    public static long ClockMs(this FieldBody body, FieldOptions options) => body.OriginMs + (long)Math.Floor(body.Steps * options.StepSeconds * 1000);
}
