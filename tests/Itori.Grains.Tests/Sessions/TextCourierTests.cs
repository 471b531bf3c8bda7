using Itori.Contracts;
using Itori.Grains.Sessions;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Sessions;

public sealed class TextCourierTests(GrainHost host)
{
    private readonly string first = "g" + Guid.NewGuid().ToString("N");
    private readonly string second = "g" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task What_many_sessions_say_at_once_reaches_its_graphs_once_and_in_each_sessions_order()
    {
        const int sessions = 400;
        var courier = new TextCourier(host.Grains);
        await Task.WhenAll(Enumerable.Range(0, sessions).Select(i => courier.Absorb(i % 2 == 0 ? first : second,
            [Said($"s{i}", 3, $"Neutron stars are dense, says {i}."), Said($"s{i}", 5, "Quasars shine.")])));
        foreach (var (graph, parity) in new[] { (first, 0), (second, 1) })
        {
            var told = (await host.Graph(graph).ReadAfter(0, 1_000)).Events.Select(e => ((GraphDelta)e).Cause).ToLookup(cause => cause.Session, cause => cause.MessageSeq);
            Assert.Equal(Enumerable.Range(0, sessions).Where(i => i % 2 == parity).Select(i => $"s{i}").Order(StringComparer.Ordinal), told.Select(of => of.Key).Order(StringComparer.Ordinal));
            Assert.All(told, of => Assert.Equal([3L, 5], of));
        }
    }

    [Fact]
    public async Task A_text_that_a_graph_does_not_take_keeps_no_other_from_it()
    {
        var courier = new TextCourier(host.Grains);
        var told = Enumerable.Range(0, 20).Select(i => courier.Absorb(first, [Said(i == 7 ? null! : $"s{i}", 1, "Neutron stars are dense.")])).ToArray();
        await Task.WhenAll(told).ContinueWith(_ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        Assert.Equal([told[7]], told.Where(task => !task.IsCompletedSuccessfully));
        Assert.Equal(19, await host.Graph(first).GetHead());
    }

    private static SessionText Said(string session, long seq, string text) => new() { Session = session, Seq = seq, User = People.Ada, Text = text };
}
