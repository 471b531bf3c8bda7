using System.Buffers.Binary;
using System.Data.Common;
using System.IO.Hashing;
using System.Text;

namespace Itori.EndToEnd.Tests.Storage;

/// <summary>The journal's rows as the database's own tools see them.</summary>
internal sealed class StoredRows(Func<DbConnection> connect, string streams, string records)
{
    private const int FutureVersion = 99;

    private readonly Dictionary<(string Stream, long Seq), Row> originals = [];

    private sealed record Row(string Type, int Version, long Timestamp, long Checksum, byte[] Body);

    public Task<long> Count(string stream) => Query($"SELECT count(*) FROM {records} WHERE stream = (SELECT id FROM {streams} WHERE name = @stream)", row => row.GetInt64(0), ("stream", stream));

    /// <summary>One bit in the middle of the body, as a failing disk does it.</summary>
    public async Task FlipBit(string stream, long seq)
    {
        var row = await Keep(stream, seq);
        var body = (byte[])row.Body.Clone();
        body[body.Length / 2] ^= 1;
        await Write(stream, seq, row with { Body = body });
    }

    /// <summary>As a later version of the program would have written it, with the right checksum.</summary>
    public async Task MakeFuture(string stream, long seq)
    {
        var row = await Keep(stream, seq) with { Version = FutureVersion };
        await Write(stream, seq, row with { Checksum = Checksum(stream, seq, row) });
    }

    /// <summary>Puts back what was there, as a restored backup does.</summary>
    public async Task Restore()
    {
        foreach (var ((stream, seq), row) in originals)
        {
            await Write(stream, seq, row);
        }
    }

    private async Task<Row> Keep(string stream, long seq) => originals[(stream, seq)] = await Query(
        $"SELECT type, version, timestamp, checksum, body FROM {records} WHERE seq = @seq AND stream = (SELECT id FROM {streams} WHERE name = @stream)",
        row => new Row(row.GetString(0), Convert.ToInt32(row.GetValue(1), null), row.GetInt64(2), row.GetInt64(3), row.GetFieldValue<byte[]>(4)),
        ("stream", stream),
        ("seq", seq));

    private async Task Write(string stream, long seq, Row row) => Assert.Equal(stream, await Query(
        $"""
        UPDATE {records} SET version = @version, checksum = @checksum, body = @body WHERE seq = @seq AND stream = (SELECT id FROM {streams} WHERE name = @stream)
        RETURNING (SELECT name FROM {streams} WHERE name = @stream)
        """,
        written => written.GetString(0),
        ("stream", stream),
        ("seq", seq),
        ("version", row.Version),
        ("checksum", row.Checksum),
        ("body", row.Body)));

    private async Task<T> Query<T>(string sql, Func<DbDataReader, T> read, params (string Name, object Value)[] parameters)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var connection = connect();
        await connection.OpenAsync(ct);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Table names of this file's callers; what varies is in parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        await using var row = await command.ExecuteReaderAsync(ct);
        Assert.True(await row.ReadAsync(ct), $"No such row: {string.Join(", ", parameters.Take(2))}");
        return read(row);
    }

    /// <summary>CRC-32 over seq, time, version (little endian), the stream's name, the type (each with a NUL behind it) and the body: what every row of schema version 1 carries.</summary>
    private static long Checksum(string stream, long seq, Row row)
    {
        var head = new byte[20];
        BinaryPrimitives.WriteInt64LittleEndian(head, seq);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), row.Timestamp);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), row.Version);
        return Crc32.HashToUInt32([.. head, .. Encoding.UTF8.GetBytes(stream), 0, .. Encoding.UTF8.GetBytes(row.Type), 0, .. row.Body]);
    }
}
