using Microsoft.Extensions.Logging.Abstractions;

using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Tests.Grains;
using Itori.Gateway.Tests.Sockets;
using Itori.Gateway.Topics;

namespace Itori.Gateway.Tests.Topics;

[Collection(nameof(ClusterFixture))]
public sealed class MessageCourierTests : IAsyncDisposable
{
    private readonly string session = "s" + Guid.NewGuid().ToString("N");
    private readonly ClusterConnection connection;
    private readonly MessageCourier courier;

    public MessageCourierTests(ClusterFixture cluster)
    {
        connection = new ClusterConnection(cluster.Cluster.Client, NullLogger<ClusterConnection>.Instance, TimeProvider.System);
        courier = new MessageCourier(new TopicGrains(connection));
    }

    private TopicScript Script => TopicScript.Of(TopicName.Session(session));

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    [Fact]
    public async Task A_message_goes_at_once_and_by_itself()
    {
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(i, (await Post($"c{i}")).Value?.Seq);
        }

        Assert.Empty(Script.Together);
    }

    [Fact]
    public async Task What_comes_while_another_is_on_its_way_goes_together_and_has_its_own_answer()
    {
        var end = Hold();
        var posted = Enumerable.Range(0, 600).Select(i => i switch
        {
            100 => Post("long", new string('a', 100_001)), // which the session refuses
            101 => Post("c1"), // again
            _ => Post($"c{i}"),
        }).ToArray();
        end.SetResult();
        var answers = await Task.WhenAll(posted);

        Assert.Equal("too_large", answers[100].Refusal?.Reason);
        Assert.Equal(answers[1].Value, answers[101].Value);
        var seqs = answers.Where((_, i) => i is not (100 or 101)).Select(answer => answer.Value!.Seq).ToArray();
        Assert.Equal(Enumerable.Range(1, 598).Select(n => (long)n), seqs.Order());
        var stored = Script.Events().Cast<MessagePosted>().ToDictionary(posted => posted.Seq, posted => posted.CommandId);
        Assert.All(answers.Select((answer, i) => (answer, i)).Where(of => of.i is not (100 or 101)), of => Assert.Equal($"c{of.i}", stored[of.answer.Value!.Seq]));

        Assert.Contains(Script.Together, static count => count > 1);
        Assert.All(Script.Together, static count => Assert.InRange(count, 2, MessageCourier.MaxMessages));
        await AllArrived();
    }

    [Fact]
    public async Task Long_messages_share_a_call_only_as_far_as_it_stays_short()
    {
        var end = Hold();
        var posted = Enumerable.Range(0, 20).Select(i => Post($"c{i}", new string('a', 30_000))).ToArray();
        end.SetResult();
        Assert.All(await Task.WhenAll(posted), static answer => Assert.NotNull(answer.Value));
        Assert.All(Script.Together, static count => Assert.Equal(2, count));
    }

    [Fact]
    public async Task An_outage_is_told_to_everyone_and_nothing_is_left()
    {
        Script.Fails = static () => new SiloUnavailableException("The silo went.");
        var posted = Enumerable.Range(0, 50).Select(i => Post($"c{i}")).ToArray();
        foreach (var one in posted)
        {
            await Assert.ThrowsAsync<SiloUnavailableException>(() => one);
        }

        await AllArrived();
        Script.Fails = static () => null;
        Assert.Equal(1, (await Post("c0")).Value?.Seq);
    }

    [Fact]
    public async Task A_silo_of_an_earlier_version_gets_them_one_by_one()
    {
        Script.FailsTogether = new TypeLoadException("Unable to resolve type alias.");
        var end = Hold();
        var posted = Enumerable.Range(0, 60).Select(i => Post(i % 2 == 0 ? $"c{i}" : null)).ToArray();
        end.SetResult();
        Assert.Equal(Enumerable.Range(1, 60).Select(n => (long)n), (await Task.WhenAll(posted)).Select(answer => answer.Value!.Seq).Order());
        Assert.NotEmpty(Script.Together);
        await AllArrived();
    }

    [Fact]
    public async Task What_fails_together_goes_one_by_one_only_where_nothing_is_done_twice()
    {
        Script.FailsTogether = new InvalidOperationException("One of them is too much.");
        var end = Hold();
        var first = Post("first");
        var (ids, without) = (Enumerable.Range(0, 30).Select(i => Post($"c{i}")).ToArray(), Enumerable.Range(0, 30).Select(_ => Post(null)).ToArray());
        end.SetResult();
        await Task.WhenAll(ids.Append(first));
        var undone = 0;
        foreach (var one in without)
        {
            undone += await one.ContinueWith(static ended => ended.IsFaulted ? 1 : 0, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        Assert.InRange(undone, 1, 30);
        Assert.Equal(61 - undone, Script.Applied);
        await AllArrived();
    }

    private TaskCompletionSource Hold()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Script.Held = end.Task;
        return end;
    }

    private Task<Result<Receipt>> Post(string? id, string text = "hello") =>
        courier.Post(session, new PostMessage { CommandId = id, User = ScriptedSession.Speaker, Text = text, Assistant = false, Graph = "of-" + session });

    private Task AllArrived() => Eventually.Holds(() => courier.Routes == 0, "no route left");
}
