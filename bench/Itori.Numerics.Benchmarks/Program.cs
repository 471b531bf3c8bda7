using Itori.Numerics.Arrangements;
using Itori.Numerics.Benchmarks;
using Itori.Numerics.Communities;
using Itori.Numerics.Oscillators;
using Itori.Numerics.Spectra;

if (args is ["arrangements"])
{
    Arrangements();
    return 0;
}

var native = NativeReference.TryCompile();
Console.WriteLine($"One RK4 step, 20 relations a node, one core.{(native is null ? " No C compiler here: without the C reference." : "")}");
Console.WriteLine("                                        fastest ms  median ms    ns/entry/stage  times the first  bytes");
foreach (var nodes in new[] { 1_000, 10_000, 50_000 })
{
    var field = new Field(nodes);
    var integrator = new KuramotoIntegrator(field.Coupling, field.Parameters);
    var naive = new SineEveryEdge(field);
    double[] ours = [.. field.Phases], theirs = [.. field.Phases], inC = [.. field.Phases];
    var scratch = new double[6 * nodes];
    var names = new List<string> { "RK4 step", "a sine for every entry", "memory: read each entry, four times" };
    var ways = new List<Action> { () => integrator.Step(ours, field.Frequencies), () => naive.Step(theirs), () => ReadAll(field) };
    if (native is not null)
    {
        names.Add("C, -O3 -march=native");
        ways.Add(() => native.Step(field, inC, scratch));
    }

    var results = Stopwatches.InTurns(Math.Max(30, 1_000_000 / nodes), [.. ways]);
    for (var i = 0; i < results.Length; i++)
    {
        var (fastest, median, _, bytes) = results[i];
        Console.WriteLine($"{nodes,6} {names[i],-34} {fastest,9:f3} {median,10:f3} {fastest * 1e6 / 4 / field.Coupling.EntryCount,14:f2} {fastest / results[0].Fastest,16:f2} {bytes,8}");
    }

    // Each entry is a column of 4 bytes and a weight of 8.
    Console.WriteLine($"{nodes,6} that is {4 * 12.0 * field.Coupling.EntryCount / results[2].Fastest / 1e6:f1} GB/s of memory or cache, of which the step uses {4 * 12.0 * field.Coupling.EntryCount / results[0].Fastest / 1e6:f1}");

    // The three must have gone the same way, or the times mean nothing.
    var apart = ours.Zip(theirs, (a, b) => Math.Abs(Phase.Difference(a, b))).Max();
    var apartInC = native is null ? 0 : ours.Zip(inC, (a, b) => Math.Abs(Phase.Difference(a, b))).Max();
    if (!(apart < 1e-9 && apartInC < 1e-9))
    {
        Console.Error.WriteLine($"The results differ by {apart:g3} and {apartInC:g3} rad.");
        return 1;
    }
}

Console.WriteLine();
Console.WriteLine("Spectra (8 eigenvalues) and communities     fastest ms  median ms  processor ms");
foreach (var nodes in new[] { 300, 1_000, 10_000 })
{
    var field = new Field(nodes);
    var labels = Leiden.Detect(field.Graph, 1);
    var results = Stopwatches.InTurns(
        5,
        () => LaplacianSpectrum.Compute(field.Graph, 8),
        () => LaplacianSpectrum.Compute(field.Graph, 8, LaplacianKind.Normalised),
        () => LockingMargin.Of(field.Graph, field.Frequencies, 1),
        () => KnitOfAll(field, labels),
        () => Leiden.Detect(field.Graph, 1),
        () => Leiden.Detect(field.Graph, 1, labels));
    string[] names = ["Laplacian", "normalised Laplacian", "locking margin", "knit of every community", "Leiden, four cold starts", "Leiden, warm start"];
    for (var i = 0; i < results.Length; i++)
    {
        Console.WriteLine($"{nodes,6} {names[i],-34} {results[i].Fastest,11:f1} {results[i].Median,10:f1} {results[i].Processor,13:f1}");
    }
}

Console.WriteLine();
Arrangements();
return 0;

static void Arrangements()
{
    Console.WriteLine("Arrangements                                fastest ms  median ms  processor ms  neighbours by any two");
    foreach (var (nodes, relations) in new[] { (500, 1_500), (2_000, 8_000), (20_000, 80_000) })
    {
        var talk = new Talk(nodes, relations);
        var results = Stopwatches.InTurns(nodes > 10_000 ? 2 : 5, () => Arrangement.Find(talk.Graph, talk.Newcomers), () => Arrangement.Find(talk.Larger, talk.OneMore));
        string[] names = ["all anew", "one concept more"];
        for (var i = 0; i < results.Length; i++)
        {
            Console.WriteLine($"{nodes,6} {names[i],-34} {results[i].Fastest,11:f1} {results[i].Median,10:f1} {results[i].Processor,13:f1}{(i == 0 ? $"{talk.NeighboursByPairs(),23:f3}" : "")}");
        }
    }
}

static void KnitOfAll(Field field, int[] labels)
{
    foreach (var community in labels.Index().GroupBy(entry => entry.Item))
    {
        CommunityKnit.Of(field.Graph, [.. community.Select(entry => entry.Index)], field.Frequencies, 1);
    }
}

// What any method must at least do to the coupling: fetch all columns and weights, once a stage.
static void ReadAll(Field field)
{
    double sum = 0;
    for (var stage = 0; stage < 4; stage++)
    {
        sum += Streaming.Sum(field.Coupling.Weights) + Streaming.Sum(field.Coupling.Columns);
    }

    if (double.IsNaN(sum))
    {
        throw new InvalidOperationException("The weights are no numbers.");
    }
}
