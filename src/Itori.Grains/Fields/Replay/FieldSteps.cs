using Itori.Contracts;

namespace Itori.Grains.Fields.Replay;

/// <summary>How a graph's events meet the steps of a field that is turned again: as they met those of the one that turned, which left a mark wherever it was otherwise.</summary>
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
}
