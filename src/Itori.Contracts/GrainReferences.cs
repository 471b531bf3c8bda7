namespace Itori.Contracts;

/// <summary>References to grains on the ways that every message takes.</summary>
public static class GrainReferences
{
    /// <summary>
    /// The grain with a key. As <c>GetGrain</c>, which reads the interface's attributes by reflection on each call to find out what kind of grain is meant; here that is found out once for each interface.
    /// </summary>
    /// <typeparam name="T">The grain's interface, of which there is one implementation.</typeparam>
    /// <param name="grains">The silo's or a client's factory.</param>
    /// <param name="key">The grain's key.</param>
    public static T Grain<T>(this IGrainFactory grains, string key)
        where T : IGrainWithStringKey
    {
        ArgumentNullException.ThrowIfNull(grains);
        if (Kind<T>.Known is { } kind)
        {
            return (T)grains.GetGrain(GrainId.Create(kind.Grain, key), kind.Interface);
        }

        var grain = grains.GetGrain<T>(key);
        Kind<T>.Known = new Names(grain.GetGrainId().Type, ((GrainReference)(object)grain).InterfaceType);
        return grain;
    }

    private sealed record Names(GrainType Grain, GrainInterfaceType Interface);

    private static class Kind<T>
    {
        public static volatile Names? Known;
    }
}
