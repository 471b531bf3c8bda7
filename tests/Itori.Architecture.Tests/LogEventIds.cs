using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Itori.Architecture.Tests;

/// <summary>The compiler's own check sees one class at a time.</summary>
public sealed class LogEventIds
{
    private static readonly (int Id, string Event)[] Events =
    [
        .. from name in BuiltAssemblies.Names
           from type in BuiltAssemblies.Load(name).GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           select (message.EventId, $"{name}: {message.EventName ?? method.Name}"),
    ];

    [Fact]
    public void An_id_means_one_event() // Which several classes of an assembly may log, as both stores of the journal do.
    {
        Assert.NotEmpty(Events);
        Assert.All(Events.GroupBy(e => e.Id), same => Assert.Single(same.Select(e => e.Event).Distinct()));
    }

    [Fact]
    public void Every_event_has_an_id() => Assert.All(Events, e => Assert.True(e.Id > 0, e.Event));

    [Fact]
    public void Every_id_that_is_declared_is_logged()
    {
        var declared = from name in BuiltAssemblies.Names
                       from type in BuiltAssemblies.Load(name).GetTypes()
                       where type.Name.EndsWith("EventIds", StringComparison.Ordinal)
                       from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                       where field.IsLiteral
                       select (Name: $"{type.FullName}.{field.Name}", Id: (int)field.GetRawConstantValue()!);
        Assert.Empty(declared.Where(id => Events.All(e => e.Id != id.Id)).Select(id => id.Name));
    }
}
