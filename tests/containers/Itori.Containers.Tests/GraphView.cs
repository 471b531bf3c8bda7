using System.Text.Json.Nodes;

namespace Itori.Containers.Tests;

/// <summary>What a client has been told of a graph and its field: the snapshot, brought up to date by the deltas, and the phase frames.</summary>
internal sealed class GraphView
{
    private readonly Dictionary<string, (long Slot, string Label)> _concepts = [];
    private readonly Dictionary<(string Epoch, long Frame), string> _frames = [];

    public long Seq { get; private set; }

    public IReadOnlyDictionary<string, (long Slot, string Label)> Concepts => _concepts;

    /// <summary>Phases as they stood on the wire, by epoch and number of the frame.</summary>
    public IReadOnlyDictionary<(string Epoch, long Frame), string> Frames => _frames;

    public void Apply(JsonObject message)
    {
        var payload = message["payload"]?.AsObject();
        switch (Client.TypeOf(message), (string?)payload?["type"])
        {
            case ("concept_update", "snapshot"):
                var snapshot = payload!["data"]!;
                _concepts.Clear();
                Add(snapshot["concepts"]);
                Seq = (long)snapshot["seq"]!;
                break;
            case ("concept_update", "delta"):
                var delta = payload!["data"]!;
                Add(delta["added"]);
                foreach (var id in delta["removed"]?.AsArray() ?? [])
                {
                    _concepts.Remove(id!.ToString());
                }

                Seq = (long)message["seq"]!;
                break;
            case ("phase_frame", _):
                _frames[(payload!["epoch"]!.ToJsonString(), (long)payload["frame"]!)] = payload["phases"]!.ToJsonString();
                break;
        }
    }

    private void Add(JsonNode? concepts)
    {
        foreach (var concept in concepts?.AsArray() ?? [])
        {
            _concepts[concept!["id"]!.ToString()] = ((long)concept["slot"]!, (string)concept["label"]!);
        }
    }
}
