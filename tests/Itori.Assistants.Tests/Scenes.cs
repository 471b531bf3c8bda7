using Itori.Contracts;
using Itori.Grains.Assistants.Context;
using Itori.Grains.Assistants.Embedded;
using Itori.Grains.Assistants.Library;
using Itori.Grains.Assistants;
using Itori.Grains.Assistants.Questions;
using Itori.Text;

namespace Itori.Assistants.Tests;

/// <summary>A session written for a test, with a graph made of its own texts, as the assistant's grain would gather it.</summary>
internal sealed class Scene
{
    private readonly List<DurableEvent> _events = [];
    private readonly List<ConceptState> _concepts = [];
    private readonly List<RelationState> _relations = [];
    private readonly DocumentShelf _shelf = new(1_000_000);

    public float[]? Phases { get; set; }

    public SpectralState? Spectral { get; set; }

    public Scene Say(string who, string text)
    {
        _events.Add(new MessagePosted { Seq = _events.Count + 1, Timestamp = 0, User = new UserRef { Id = who, Name = who }, Text = text, Graph = "g" });
        return this;
    }

    public Scene Write(string source, string text)
    {
        _shelf.Add(_shelf.Count + 1, source, source, text);
        return this;
    }

    public Scene Concept(string label, double weight = 0.5, ConceptSource[]? sources = null)
    {
        _concepts.Add(new ConceptState
        {
            ConceptId = "c" + _concepts.Count,
            Label = label,
            Key = ConceptKey.Of(label),
            Slot = _concepts.Count,
            Weight = weight,
            Phase = 0,
            Mentions = 1,
            CreatedAt = 0,
            LastSeen = 0,
            Sources = sources ?? [],
        });
        return this;
    }

    public Scene Relate(string from, string to, double weight = 0.5, string kind = Contracts.RelationKinds.CoOccurs)
    {
        _relations.Add(new RelationState { RelationId = "r" + _relations.Count, Source = Id(from), Target = Id(to), Weight = weight, Kind = kind });
        return this;
    }

    public string Id(string label) => _concepts.Single(concept => concept.Label == label).ConceptId;

    public string Ask(string text, string who = "Ana") => string.Concat(AnswerWriter.Write(Turn(text, who), 6));

    public Question Read(string text) => Turn(text).Question;

    public TurnContext Turn(string text, string who = "Ana")
    {
        var field = Phases is null ? null : new FieldState
        {
            Frame = new PhaseFrame { Timestamp = 0, Graph = "g", Epoch = 1, Frame = 1, T = 0, OrderParameter = OrderParameter(Phases), MeanPhase = 0, Phases = Phases },
            Spectral = Spectral,
        };
        var snapshot = new GraphSnapshot { Graph = "g", Epoch = 1, Seq = 1, Concepts = _concepts, Relations = _relations };
        var assembly = new TurnAssembly(new SessionMemory(1000), new GraphView(snapshot, ConceptKey.Of), new ConceptExtractor());
        assembly.Memory.Add(_events);
        var request = new TurnRequest { Session = "s", Turn = "t", Graph = "g", InReplyTo = _events.Count + 1, Text = text, User = new UserRef { Id = who, Name = who } };
        var draft = assembly.Understand(request, CancellationToken.None);
        return assembly.Compose(request, draft, _shelf.Search(draft.Query, TurnAssembly.MostHits, draft.Expansion), field);
    }

    private static double OrderParameter(float[] phases) =>
        phases.Length == 0 ? 0 : Math.Sqrt(Math.Pow(phases.Sum(p => Math.Cos(p)), 2) + Math.Pow(phases.Sum(p => Math.Sin(p)), 2)) / phases.Length;
}
