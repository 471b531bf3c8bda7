namespace Itori.Text.Lexicon;

/// <summary>Up to six parts of speech of one word, the most likely first, packed five bits each.</summary>
internal readonly record struct TagSet(uint Bits)
{
    private const int Width = 5;
    private const int Capacity = 6;
    private const uint Mask = (1u << Width) - 1;

    public bool IsEmpty => Bits == 0;

    public PartOfSpeech First => (PartOfSpeech)(Bits & Mask);

    public int Count
    {
        get
        {
            var count = 0;
            for (var rest = Bits; rest != 0; rest >>= Width)
            {
                count++;
            }

            return count;
        }
    }

    public PartOfSpeech this[int rank] => (PartOfSpeech)((Bits >> (Width * rank)) & Mask);

    public static TagSet Of(PartOfSpeech tag) => new((uint)tag);

    public static TagSet Of(PartOfSpeech first, PartOfSpeech second) => Of(first).With(second);

    public static TagSet Of(PartOfSpeech first, PartOfSpeech second, PartOfSpeech third) => Of(first, second).With(third);

    /// <summary>The same set with <paramref name="tag"/> as its least likely member, unless it is there already or no place is left.</summary>
    public TagSet With(PartOfSpeech tag)
    {
        var count = Count;
        return tag == PartOfSpeech.None || count == Capacity || Contains(tag) ? this : new(Bits | ((uint)tag << (Width * count)));
    }

    public bool Contains(PartOfSpeech tag)
    {
        for (var rest = Bits; rest != 0; rest >>= Width)
        {
            if ((PartOfSpeech)(rest & Mask) == tag)
            {
                return true;
            }
        }

        return false;
    }
}
