using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Serialization;
using Orleans.Storage;

namespace Itori.Streams.Tests;

/// <summary>
/// The subscription store of a cluster, outside of its silos as a database is: Orleans' memory storage lives in grains, and
/// would lose subscriptions with the silo that a test stops.
/// </summary>
internal sealed class SharedStore(ConcurrentDictionary<string, SharedStore.Row> rows, Serializer serializer) : IGrainStorage
{
    private static long s_version;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (rows.TryGetValue(Key(stateName, grainId), out var row))
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = (serializer.Deserialize<T>(row.State), row.Tag, true);
        }
        else
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = new Row(serializer.SerializeToArray(grainState.State), Interlocked.Increment(ref s_version).ToString(CultureInfo.InvariantCulture));
        rows.AddOrUpdate(
            Key(stateName, grainId),
            _ => row,
            (_, stored) => stored.Tag == grainState.ETag
                ? row
                : throw new InconsistentStateException("Another activation has written.", stored.Tag, grainState.ETag));
        (grainState.ETag, grainState.RecordExists) = (row.Tag, true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        rows.TryRemove(Key(stateName, grainId), out _);
        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
        return Task.CompletedTask;
    }

    private static string Key(string stateName, GrainId grainId) => $"{stateName}/{grainId}";

    internal sealed record Row(byte[] State, string Tag);
}
