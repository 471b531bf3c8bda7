using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Itori.Contracts;

namespace Itori.Grains.Journaling;

/// <summary>
/// A fingerprint of what a command asks for (XXH3, 64 bits). A command that is sent again under its id asks for the same; another one under an id that is taken is a mistake of its sender, who must
/// hear of it instead of taking the other's receipt for its own. The user counts where they have signed in: an anonymous one has another id on every connection. Stored in the events, so what goes into
/// it, and in which order, never changes.
/// </summary>
internal static class CommandPrint
{
    // Its state is half a kilobyte, and a print is made without waiting for anything.
    [ThreadStatic]
    private static XxHash3? ofThread;

    public static long Of(PostMessage command) => Hash("user_msg", command.User)
        .Add(command.Text).Add(command.Assistant).Add(command.MetadataJson).End();

    public static long Of(CancelTurn command) => Hash("cancel", null).Add(command.Turn).End();

    public static long Of(DeleteMessage command) => Hash("delete_msg", command.User).Add((double)command.MessageSeq).End();

    public static long Of(IngestDocument command) => Hash("ingest", command.User).Add(command.Text).Add(command.Source).End();

    public static long Of(ApplyOperations command)
    {
        var hash = Hash("concept_op", command.User);
        foreach (var operation in command.Operations)
        {
            hash = operation switch
            {
                UpsertConcept o => hash.Add("upsert").Add(o.ConceptId).Add(o.Label).Add(o.Weight).Add(o.X).Add(o.Y).Add(o.Pinned),
                RemoveConcept o => hash.Add("remove").Add(o.ConceptId),
                LinkConcepts o => hash.Add("link").Add(o.Source).Add(o.Target).Add(o.Weight).Add(o.Kind),
                UnlinkConcepts o => hash.Add("unlink").Add(o.Source).Add(o.Target),
                MergeConcepts o => hash.Add("merge").Add(o.Source).Add(o.Target),
                MoveConcept o => hash.Add("move").Add(o.ConceptId).Add(o.X).Add(o.Y),
                PinConcept o => hash.Add("pin").Add(o.ConceptId).Add(o.Pinned),
                _ => throw new NotSupportedException($"{operation.GetType().Name} is no operation of this version."),
            };
        }

        return hash.End();
    }

    public static long Of(ImportGraph command)
    {
        var hash = Hash("import", command.User).Add(command.Source);
        foreach (var concept in command.Concepts)
        {
            hash.Add(concept.Label).Add(concept.Key).Add(concept.ConceptId).Add(concept.Weight).Add(concept.X).Add(concept.Y).Add(concept.Pinned)
                .Add(concept.Cluster).Add(concept.Mentions).Add(concept.CreatedAt).Add(concept.LastSeen).Add((double)concept.Aliases.Count);
            if (concept.Arranged)
            {
                hash.Add("arranged"); // Only then: files without it have the prints that they had.
            }

            foreach (var alias in concept.Aliases)
            {
                hash.Add(alias);
            }
        }

        hash.Add("relations");
        foreach (var relation in command.Relations)
        {
            hash.Add((double)relation.Source).Add((double)relation.Target).Add(relation.Weight).Add(relation.Kind);
        }

        return hash.End();
    }

    private static Fields Hash(string kind, UserRef? user)
    {
        var hash = ofThread ??= new XxHash3();
        hash.Reset();
        return new Fields(hash).Add(kind).Add(user is { Anonymous: false } known ? known.Id : null);
    }

    /// <summary>Fields one after the other, each with its length or a mark that there is none, so that no two commands run together.</summary>
    private readonly struct Fields(XxHash3 hash)
    {
        public Fields Add(string? text)
        {
            AddLength(text?.Length ?? -1);
            hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
            return this;
        }

        public Fields Add(double? number)
        {
            AddLength(number is null ? -1 : sizeof(double));
            Span<byte> bytes = stackalloc byte[sizeof(double)];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, number ?? 0);
            hash.Append(bytes);
            return this;
        }

        public Fields Add(bool? flag)
        {
            AddLength(flag switch { null => -1, false => 0, true => 1 });
            return this;
        }

        public long End() => unchecked((long)hash.GetCurrentHashAsUInt64());

        private void AddLength(int length)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
            hash.Append(bytes);
        }
    }
}
