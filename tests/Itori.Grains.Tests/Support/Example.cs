using System.Collections;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Itori.Grains.Tests.Support;

/// <summary>An example of something that is stored. A field that a later version adds must not be lost without a word: the example has to say it, and so does what is read of it.</summary>
internal static class Example
{
    /// <summary>Every field has a value that is not its default. Of a list, one of its things has to say it.</summary>
    public static void SaysAll(object thing, string name) => Said([thing], name);

    private static void Said(object[] things, string name)
    {
        foreach (var property in things[0].GetType().GetProperties().Where(IsStored))
        {
            var path = $"{name}.{property.Name}";
            var type = property.PropertyType;
            var said = things.Select(property.GetValue).OfType<object>().Where(value => !(type.IsValueType && Nullable.GetUnderlyingType(type) is null && value.Equals(Activator.CreateInstance(type)))).ToArray();
            Assert.True(said.Length > 0, $"{path} has no value.");
            if (said[0] is IDictionary dictionary)
            {
                Assert.True(dictionary.Count > 0, $"{path} is empty.");
            }
            else if (said[0] is IEnumerable and not string)
            {
                var all = said.Cast<IEnumerable>().SelectMany(list => list.Cast<object>()).ToArray();
                Assert.True(all.Length > 0, $"{path} is empty.");
                SaidIfOurs(all, path + "[]");
            }
            else
            {
                SaidIfOurs(said, path);
            }
        }
    }

    private static void SaidIfOurs(object[] things, string name)
    {
        if (things[0].GetType().Namespace!.StartsWith(nameof(Itori), StringComparison.Ordinal))
        {
            Said(things, name);
        }
    }

    private static bool IsStored(PropertyInfo property) => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is null;
}
