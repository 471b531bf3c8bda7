namespace Itori.Streams;

/// <summary>
/// Settings of one Itori stream provider. Every bound loses the oldest events first and counts what it lost
/// (<c>itori.streams.dropped</c>): streams are the fast path, and whoever must not miss an event notices the hole by the
/// event's own number and asks the publisher for it.
/// </summary>
public sealed class ItoriStreamOptions
{
    /// <summary>The smallest number of recent events that a stream keeps for subscribers which are just joining.</summary>
    public const int TailPerStream = 64;

    /// <summary>
    /// Queues per silo, 1 to 64; default 4. A stream always uses the same queue of a silo and each queue is pumped by one
    /// agent, one step at a time: more queues use more cores and share a delay (the first event of a stream waits for the
    /// subscription store) among fewer streams, at a few wake-ups per <see cref="MaxPollWait"/> each.
    /// </summary>
    public int QueueCount { get; set; } = 4;

    /// <summary>
    /// Events that wait in one queue until its agent reads them, 64 to 16,777,216; default 65,536. At the bound the oldest event
    /// of the queue is dropped, whichever stream it belongs to; the publisher never waits and never fails.
    /// </summary>
    public int QueueCapacity { get; set; } = 65_536;

    /// <summary>
    /// Events of one stream kept for subscribers that have not acknowledged earlier ones, at least <see cref="TailPerStream"/>;
    /// default 1,024. A subscriber further behind loses its oldest events; no other subscriber or stream is delayed.
    /// </summary>
    public int WindowPerStream { get; set; } = 1_024;

    /// <summary>
    /// Events kept by one queue over all its streams, at least <see cref="WindowPerStream"/>; default 262,144. Beyond it a
    /// stream that grows keeps only its last <see cref="TailPerStream"/> events. Bounds the memory that many streams of
    /// one dead subscriber can hold.
    /// </summary>
    public int CacheCapacity { get; set; } = 262_144;

    /// <summary>
    /// Events of one stream in one delivery, 1 to 65,536; default 256. One delivery per subscription is under way at a time, so
    /// this over the round trip is the highest rate of one subscription; large batches make large messages.
    /// </summary>
    public int MaxBatchSize { get; set; } = 256;

    /// <summary>
    /// How long an empty queue is waited on before its agent takes a turn to tidy up, 10 ms to 60 s; default 5 s.
    /// Events are delivered at once, whatever it is; a short wait only costs idle CPU.
    /// </summary>
    public TimeSpan MaxPollWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A stream without events for so long leaves memory, 1 s to 1 day; default 10 min. Its next event then asks the
    /// subscription store again, which costs a read and a write there.
    /// </summary>
    public TimeSpan StreamIdleTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a batch that a subscriber does not acknowledge is offered again, 100 ms to 5 min; default 5 s. Then it is dropped for
    /// that subscriber, which is told through <c>OnErrorAsync</c>. A subscriber may see the events of a repeated batch twice.
    /// One attempt lasts at most Orleans' own response timeout.
    /// </summary>
    public TimeSpan DeliveryTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a stopping silo keeps delivering what was published before it stopped, 0 to 30 s; default 1 s. The silo stops
    /// sooner when everything is delivered; what is left then is lost with the silo.
    /// </summary>
    public TimeSpan ShutdownDrain { get; set; } = TimeSpan.FromSeconds(1);
}
