using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>
/// Writes one message in one format: objects, arrays and values in the order in which they stand. Rented from its format and given back by <see cref="Return"/>; a thread writes one message at a time.
/// </summary>
internal abstract class WireWriter
{
    /// <summary>Decimals of what is rounded.</summary>
    protected const int Decimals = 5;

    public abstract void WriteStartObject();

    public abstract void WriteEndObject();

    public abstract void WriteStartArray();

    public abstract void WriteEndArray();

    /// <summary>The name of an object's next member.</summary>
    public abstract void WriteName(ReadOnlySpan<byte> utf8);

    /// <summary>The name of an object's next member, where it is not known beforehand.</summary>
    public abstract void WriteName(string name);

    public abstract void WriteStringValue(ReadOnlySpan<char> value);

    public abstract void WriteNumberValue(long value);

    /// <summary>A number; what is not finite is written as 0.</summary>
    public abstract void WriteFiniteValue(double value);

    /// <summary>A number of which five decimals count; what is not finite is written as 0.</summary>
    public abstract void WriteRoundedValue(double value);

    public abstract void WriteBooleanValue(bool value);

    /// <summary>Any value that is there as JSON. It is valid, and throws where it is not.</summary>
    public abstract void WriteJsonValue(ReadOnlySpan<byte> utf8);

    /// <summary>Phases in radians, in the form that the format has for them; what is not finite is 0.</summary>
    public abstract void WritePhases(ReadOnlySpan<byte> name, ReadOnlySpan<float> phases);

    /// <summary>The message, in memory of its own; the writer is not to be used after it.</summary>
    public abstract byte[] Return();

    public void WriteStartObject(ReadOnlySpan<byte> name)
    {
        WriteName(name);
        WriteStartObject();
    }

    public void WriteStartObject(string name)
    {
        WriteName(name);
        WriteStartObject();
    }

    public void WriteStartArray(ReadOnlySpan<byte> name)
    {
        WriteName(name);
        WriteStartArray();
    }

    public void WriteString(ReadOnlySpan<byte> name, ReadOnlySpan<char> value)
    {
        WriteName(name);
        WriteStringValue(value);
    }

    public void WriteNumber(ReadOnlySpan<byte> name, long value)
    {
        WriteName(name);
        WriteNumberValue(value);
    }

    public void WriteBoolean(ReadOnlySpan<byte> name, bool value)
    {
        WriteName(name);
        WriteBooleanValue(value);
    }

    public void WriteFinite(ReadOnlySpan<byte> name, double value)
    {
        WriteName(name);
        WriteFiniteValue(value);
    }

    public void WriteFinite(ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
        {
            WriteFinite(name, number);
        }
    }

    public void WriteRounded(ReadOnlySpan<byte> name, double value)
    {
        WriteName(name);
        WriteRoundedValue(value);
    }

    public void WriteJson(ReadOnlySpan<byte> name, ReadOnlySpan<byte> utf8)
    {
        WriteName(name);
        WriteJsonValue(utf8);
    }

    public void WriteIfGiven(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            WriteString(name, value);
        }
    }

    public void WriteIfGiven(ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            WriteNumber(name, number);
        }
    }

    public void WriteStrings(ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        WriteStartArray(name);
        foreach (var value in values)
        {
            WriteStringValue(value);
        }

        WriteEndArray();
    }

    public void WriteUser(ReadOnlySpan<byte> name, UserRef user)
    {
        WriteStartObject(name);
        WriteString("id"u8, user.Id);
        WriteString("name"u8, user.Name);
        WriteBoolean("anonymous"u8, user.Anonymous);
        WriteEndObject();
    }
}
