using Microsoft.Extensions.Options;

using Itori.Gateway.Hosting;

namespace Itori.Gateway.Connections;

/// <summary>The flush loops of this gateway; a connection belongs to one for its life.</summary>
internal sealed class FlushLoops(IOptions<GatewayOptions> options) : IDisposable
{
    private const int ScratchBytes = 64 * 1024;

    private readonly FlushLoop[] loops = [.. Enumerable.Range(0, options.Value.FlushLoops is > 0 and var given ? given : Environment.ProcessorCount).Select(_ => new FlushLoop(ScratchBytes))];
    private uint next;

    /// <summary>The loop of the next connection: each in turn.</summary>
    public FlushLoop Next() => loops[Interlocked.Increment(ref next) % (uint)loops.Length];

    public void Dispose()
    {
        foreach (var loop in loops)
        {
            loop.Dispose();
        }
    }
}
