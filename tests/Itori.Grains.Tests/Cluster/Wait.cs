namespace Itori.Grains.Tests.Cluster;

internal static class Wait
{
    /// <summary>Waits until the condition holds; fails with what was expected and what is.</summary>
    public static async Task Until(Func<Task<bool>> condition, string expected, Func<string>? seen = null)
    {
        using var limit = new CancellationTokenSource(GrainHost.Limit);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Expected: {expected}. Seen: {seen?.Invoke() ?? "not that"}.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
