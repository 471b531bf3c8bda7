using System.Runtime.InteropServices;
using Itori.Journal.Reading;
using Npgsql;
using NpgsqlTypes;

namespace Itori.Journal.Postgres;

/// <summary>The append of a whole batch as one command: one round trip, one implicit transaction.</summary>
internal static class PostgresAppend
{
    // The head's row decides: under READ COMMITTED a second writer waits for the first, sees its head and matches no row.
    // The primary key (stream, seq) is the second fence, should a head ever disagree with its records.
    private const string ByName =
        """
        WITH want AS (
          SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS w (name, expected, head, ord)
        ), created AS (
          INSERT INTO itori_journal_stream AS s (name, seq, first_seq)
          SELECT w.name, w.head, 1 FROM want w WHERE w.expected = 0
          ON CONFLICT (name) DO UPDATE SET seq = excluded.seq WHERE s.seq = 0
          RETURNING s.id, s.name
        ), advanced AS (
          UPDATE itori_journal_stream s SET seq = w.head FROM want w WHERE w.expected > 0 AND s.name = w.name COLLATE "C" AND s.seq = w.expected
          RETURNING s.id, s.name
        ), won AS (
          SELECT a.id, w.ord FROM (SELECT id, name FROM created UNION ALL SELECT id, name FROM advanced) a JOIN want w ON w.name COLLATE "C" = a.name
        ), written AS (
          INSERT INTO itori_journal_record (stream, seq, type, version, timestamp, checksum, body)
          SELECT won.id, r.seq, r.type, r.version, r.timestamp, r.checksum, r.body
          FROM unnest($4::bigint[], $5::bigint[], $6::text[], $7::integer[], $8::bigint[], $9::bigint[], $10::bytea[])
            AS r (ord, seq, type, version, timestamp, checksum, body) JOIN won ON won.ord = r.ord
        )
        SELECT ord, id FROM won
        """;

    // An id only tells where to look: it may be another stream's on a server that was restored or took over, so the name and the head decide as above. IS TRUE keeps the test a look into a hash table;
    // as a join, of which the server cannot tell how many rows it has, it may be made by comparing all with all.
    private const string ById =
        """
        WITH advanced AS (
          UPDATE itori_journal_stream s SET seq = w.head
          FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) WITH ORDINALITY AS w (name, expected, head, id, ord)
          WHERE s.id = w.id AND s.seq = w.expected AND s.name = w.name COLLATE "C"
          RETURNING s.id, w.ord
        ), written AS (
          INSERT INTO itori_journal_record (stream, seq, type, version, timestamp, checksum, body)
          SELECT r.stream, r.seq, r.type, r.version, r.timestamp, r.checksum, r.body
          FROM unnest($5::bigint[], $6::bigint[], $7::text[], $8::integer[], $9::bigint[], $10::bigint[], $11::bytea[], $12::bigint[])
            AS r (ord, seq, type, version, timestamp, checksum, body, stream) WHERE (r.ord IN (SELECT ord FROM advanced)) IS TRUE
        )
        SELECT ord, id FROM advanced
        """;

    /// <summary>
    /// Appends the chains, each to the stream that its <see cref="AppendChain.Id"/> names where all have one, and else to the one of its name. Those whose head was the expected one have been stored and have their stream's id
    /// in the result; of the others nothing is, and theirs is 0.
    /// </summary>
    public static async Task<long[]> ExecuteAsync(NpgsqlDataSource source, IReadOnlyList<AppendChain> chains, bool byId)
    {
        var rows = new Rows(chains, byId);
        await using var command = source.CreateCommand(byId ? ById : ByName);
        Add(command, NpgsqlDbType.Text, rows.Names);
        Add(command, NpgsqlDbType.Bigint, rows.Expected);
        Add(command, NpgsqlDbType.Bigint, rows.Heads);
        if (byId)
        {
            Add(command, NpgsqlDbType.Bigint, rows.Ids);
        }

        Add(command, NpgsqlDbType.Bigint, rows.Ordinals);
        Add(command, NpgsqlDbType.Bigint, rows.Seqs);
        Add(command, NpgsqlDbType.Text, rows.Types);
        Add(command, NpgsqlDbType.Integer, rows.Versions);
        Add(command, NpgsqlDbType.Bigint, rows.Timestamps);
        Add(command, NpgsqlDbType.Bigint, rows.Checksums);
        Add(command, NpgsqlDbType.Bytea, rows.Bodies);
        if (byId)
        {
            Add(command, NpgsqlDbType.Bigint, rows.Streams);
        }

        var won = new long[chains.Count];
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            won[reader.GetInt64(0) - 1] = reader.GetInt64(1);
        }

        return won;
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType element, T[] values) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element });

    /// <summary>The batch column by column.</summary>
    private sealed class Rows
    {
        public Rows(IReadOnlyList<AppendChain> chains, bool byId)
        {
            var count = chains.Sum(static c => c.Members.Sum(static m => m.Records.Count));
            (Names, Expected, Heads) = (new string[chains.Count], new long[chains.Count], new long[chains.Count]);
            (Ids, Streams) = byId ? (new long[chains.Count], new long[count]) : ([], []);
            (Ordinals, Seqs, Types, Versions) = (new long[count], new long[count], new string[count], new int[count]);
            (Timestamps, Checksums, Bodies) = (new long[count], new long[count], new byte[count][]);
            var row = 0;
            for (var i = 0; i < chains.Count; i++)
            {
                var chain = chains[i];
                (Names[i], Expected[i], Heads[i]) = (chain.Stream, chain.ExpectedSeq, chain.HeadSeq);
                if (byId)
                {
                    Ids[i] = chain.Id;
                }

                foreach (var member in chain.Members)
                {
                    for (var r = 0; r < member.Records.Count; r++)
                    {
                        var record = member.Records[r];
                        (Ordinals[row], Seqs[row], Types[row], Versions[row]) = (i + 1, record.Seq, record.Type, record.Version);
                        (Timestamps[row], Checksums[row], Bodies[row]) = (record.Timestamp, RowChecksum.Of(chain.Stream, record), Array(record.Body));
                        if (byId)
                        {
                            Streams[row] = chain.Id;
                        }

                        row++;
                    }
                }
            }
        }

        public string[] Names { get; }

        public long[] Expected { get; }

        public long[] Heads { get; }

        public long[] Ids { get; }

        public long[] Ordinals { get; }

        public long[] Streams { get; }

        public long[] Seqs { get; }

        public string[] Types { get; }

        public int[] Versions { get; }

        public long[] Timestamps { get; }

        public long[] Checksums { get; }

        public byte[][] Bodies { get; }

        private static byte[] Array(ReadOnlyMemory<byte> bytes) =>
            MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray();
    }
}
