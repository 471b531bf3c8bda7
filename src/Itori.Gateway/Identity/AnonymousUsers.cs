using System.Buffers.Text;
using System.Security.Cryptography;

using Itori.Contracts;

namespace Itori.Gateway.Identity;

/// <summary>People who have not signed in: an id that nobody can guess and a name that others can tell apart.</summary>
internal static class AnonymousUsers
{
    private static readonly string[] Moods =
    [
        "Quiet", "Bright", "Gentle", "Swift", "Curious", "Patient", "Merry", "Bold", "Calm", "Clever", "Kind", "Lively", "Mellow", "Nimble", "Steady", "Warm",
        "Amber", "Azure", "Coral", "Golden", "Ivory", "Jade", "Silver", "Scarlet", "Early", "Distant", "Hidden", "Humble", "Keen", "Lucid", "Noble", "Vivid",
    ];

    private static readonly string[] Animals =
    [
        "Otter", "Heron", "Fox", "Badger", "Wren", "Lynx", "Hare", "Owl", "Seal", "Finch", "Marten", "Crane", "Beaver", "Falcon", "Newt", "Robin",
        "Stoat", "Swan", "Tern", "Vole", "Dolphin", "Ibex", "Jay", "Kestrel", "Magpie", "Moth", "Panda", "Puffin", "Raven", "Sparrow", "Tortoise", "Yak",
    ];

    /// <summary>Somebody new.</summary>
    public static UserRef New() => new()
    {
        Id = "anon-" + RandomId(12),
        Name = $"{Moods[RandomNumberGenerator.GetInt32(Moods.Length)]} {Animals[RandomNumberGenerator.GetInt32(Animals.Length)]}",
        Anonymous = true,
    };

    /// <summary>An id that nobody can guess, of characters that a topic's id may have; 16 bytes give 22 characters.</summary>
    public static string RandomId(int bytes = 16) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));
}
