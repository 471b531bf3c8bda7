using Itori.Contracts;

namespace Itori.Grains.Assistants.Context;

/// <summary>Kinds of relations in words.</summary>
internal static class Relations
{
    public static string Of(string kind) => kind switch
    {
        RelationKinds.CoOccurs => "said together",
        RelationKinds.Related => "related by hand",
        _ => kind.Replace('_', ' '),
    };
}
