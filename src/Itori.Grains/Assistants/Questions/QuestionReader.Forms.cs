using System.Text.RegularExpressions;

namespace Itori.Grains.Assistants.Questions;

/// <summary>The forms. All match in linear time over a text of at most 400 characters, lower case; <c>x</c> is the subject.</summary>
internal static partial class QuestionReader
{
    // The first that fits decides, so the narrow ones stand first.
    private static readonly (QuestionKind Kind, Regex Form)[] s_forms =
    [
        (QuestionKind.Identity, Identity()),
        (QuestionKind.Drift, Drift()),
        (QuestionKind.Phase, Phase()),
        (QuestionKind.Coherence, Coherence()),
        (QuestionKind.Count, Count()),
        (QuestionKind.Connection, Connection()),
        (QuestionKind.RelatedTo, RelatedTo()),
        (QuestionKind.Participants, Participants()),
        (QuestionKind.WhoSaid, WhoSaid()),
        (QuestionKind.Summary, Summary()),
        (QuestionKind.MainConcepts, MainConcepts()),
        (QuestionKind.Definition, Definition()),
    ];

    private const RegexOptions Fast = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"\s+", Fast)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^((hey|hi|hello|ok|okay|so|and|but|well|now|please|itori|assistant)[,!:]? |(can|could|would|will) you (please )?|please |i('d| would) like (you )?to )+", Fast)]
    private static partial Regex Politeness();

    [GeneratedRegex(@"^(hi|hello|hey|hiya|howdy|good (morning|afternoon|evening|day)|greetings)( (there|all|everyone|everybody|itori|assistant|team|folks))?[ !.,]*$", Fast)]
    private static partial Regex Greeting();

    [GeneratedRegex(@"^(many )?(thanks|thank you|thx|cheers|great|perfect|awesome|nice|cool)( (a lot|so much|very much|itori|again|for .{1,30}))?[ !.,]*$", Fast)]
    private static partial Regex Thanks();

    [GeneratedRegex(
        @"^(who|whom|whose|what|what's|whats|which|when|where|why|how|is there|are there|is it|was there|were there|is this|is that|does|do we|do you|did|has anyone|has anybody|can we|can i|should we|summari[sz]e|recap|sum up|tl;?dr|explain|describe|list|show|tell me|tell us|find|give me|give us|remind me|remind us|compare|define|help|search|look up|quote|catch me up|name the)\b",
        Fast)]
    private static partial Regex Asking();

    /// <summary>What a question without a form of its own is about, for the words of the answer alone.</summary>
    [GeneratedRegex(@"\b(about|regarding|concerning|think of|thought of|said on|decided on|agreed (up)?on|opinion (of|on)|view (of|on)) (the |an? |our |this |that )?(?<x>[^?!.]{2,60})[ ?!.]*$", Fast)]
    private static partial Regex Topic();

    [GeneratedRegex(@"^(when|where|which|whose|what a|what an|who)\b", Fast)]
    private static partial Regex Clause();

    [GeneratedRegex(
        @"^(who|what) are you\b|\bwhat can you (do|answer|help)|\bwhat do you (do|know)\b|\bhow do you work\b|\bwhat('s| is) your name\b|\b(what|which) (ai |language )?model (are|do) you\b|^are you (an? )?(ai|a\.i\.|llm|gpt|chatgpt|claude|bot|chatbot|human|robot|machine|real|language model|person)\b|^help[ !?.]*$|\bwhat can i (ask|do)\b|^what is itori\b|^what's itori\b|\bhow can you help\b",
        Fast)]
    private static partial Regex Identity();

    [GeneratedRegex(@"\b(concepts?|which|what|anything|something) .*\bdrift(s|ing|ed)?\b|^is (?<x>.+) drifting\b|\bdrifting concepts?\b", Fast)]
    private static partial Regex Drift();

    [GeneratedRegex(
        @"^(which|what|list|show)( me)?( the| all)* ?(concepts?)?.*\b(in phase|in sync|phase[- ]locked|synchroni[sz]ed|share (a|the same) phase|same phase)( with (?<x>.+))?|^(is|are) (?<x>.+ (in phase|in sync|phase[- ]locked|synchroni[sz]ed)( with .+)?)|^what('s| is) in (phase|sync)( with (?<x>.+))?|\bphase groups?\b|\bwhat('s| is) the phase of (?<x>.+)",
        Fast)]
    private static partial Regex Phase();

    [GeneratedRegex(
        @"\bhow (coherent|stable|synchroni[sz]ed|ordered)\b|\b(what('s| is)|how('s| is)|show|tell me)( me)? (the )?(current |global |field('s)? |graph('s)? )*(coherence|order parameter|mean phase|spectral state)\b|\bcoherence of the (field|graph|session)\b|\bis the (field|graph) (coherent|stable|in sync|connected|synchroni[sz]ed)\b|\bstate of the field\b",
        Fast)]
    private static partial Regex Coherence();

    [GeneratedRegex(@"\bhow many (different |distinct )?(?<x>concepts?|relations?|links?|edges|connections?|nodes|messages?|people|persons|participants?|speakers?|users?|clusters?|components?|groups)\b", Fast)]
    private static partial Regex Count();

    [GeneratedRegex(
        @"^how (is|are|was|were|do|does|did) (?<x>.+ (and|to|with) .+) (connected|related|linked|connect|relate|hang together|fit together|belong together)\b|^how (is|are|do|does) (?<x>.+ (connected|related|linked|relate|connect) (to|with) .+)|\b(connection|relation|relationship|link|path|way) (between|from) (?<x>.+ (and|to) .+)|^(is|are) (?<x>.+ (connected|related|linked) (to|with) .+)|^what (connects|links|relates) (?<x>.+ (and|to|with) .+)|^what do (?<x>.+ and .+) have (in common|to do with each other)|^what (has|does) (?<x>.+ (to do|got to do|have to do) with .+)",
        Fast)]
    private static partial Regex Connection();

    [GeneratedRegex(
        @"^(what|which)( concepts?)? (is|are|was|were) (?<x>.+) (related|connected|linked) (to|with)\b|^(what|which)( concepts?| else)? (relates?|connects?|(is|are) (related|connected|linked|close|closest|near|nearest)) (to|with) (?<x>.+)|\b(neighbou?rs|neighbou?rhood|relations|relatives) of (?<x>.+)|\brelated (concepts? )?to (?<x>.+)|^(what|which)( concepts?)? (goes|go|belongs?) with (?<x>.+)|^what does (?<x>.+) (relate|connect|link) to\b",
        Fast)]
    private static partial Regex RelatedTo();

    [GeneratedRegex(@"^who('s| is| are| was| were| all)* (here|online|present|in (this|the) (session|room|chat|meeting|conversation)|part of (this|the) .+|the (participants|speakers|people))\b|^who (has |have )?(spoke|spoken|talked|participated|took part|is talking|speaks|talks)( (most|the most|so far|here))*[ ?.!]*$|\bwho (talked|spoke|talks|speaks|said) the most\b|^(list|name|show)( me)? (the |all )*(participants|speakers|people)\b", Fast)]
    private static partial Regex Participants();

    [GeneratedRegex(
        @"^who (else )?(first )?(has |have |had |is |was |were |wants?|wanted )?(to )?(said|says?|saying|mention(ed|s)?|talk(ed|s|ing)?( about)?|spoke( about)?|speaking( about)?|speaks?( about)?|brought up|raised?|ask(ed|s|ing)?( about| for)?|suggest(ed|s)?|propos(ed|es)|thinks?|thought|believes?|argued?|claimed?|knows?( about)?|agreed?( to| with| on)?|decided?( to| on)?|introduced|likes?|liked|objected( to)?)\b ?(that |about |on )?(?<x>.+)",
        Fast)]
    private static partial Regex WhoSaid();

    [GeneratedRegex(
        @"\b(summari[sz]e|summary|recap|sum up|overview|gist|tl;?dr|catch me up|bring me up to speed)\b( (for me|up))?( (the|this|our|all|everything|what))*( (whole|entire|general|full))*( (meeting|session|conversation|discussion|chat|talk|presentations?|was|said|we))*( (about|on|of|regarding|that|for) (?<x>.+))?|^what (has |have )?(happened|did i miss|have i missed|went on|was (this|the) (meeting|session|conversation) about)( so far| here)?[ ?.!]*$|^(what (are|were) )?the key (points|takeaways)\b|\bgeneral discussion\b",
        Fast)]
    private static partial Regex Summary();

    [GeneratedRegex(
        @"\b(main|key|central|most important|biggest|top|strongest|heaviest|core|important) (concepts?|topics?|themes?|ideas?|subjects?|terms?)\b|^what('s| is| was) (this|it|it all|all this|all of this|the (session|conversation|meeting|graph|discussion|text|document))( all)? about\b|^what (are|were) (we|they|you|people) (all )?(talking|discussing|speaking)( about)?[ ?.!]*$|^what (did|do|have) (we|they|you) (all )?(talk|talked|discuss|discussed|speak)( about)?( so far| here)?[ ?.!]*$|^(what|which|list|show)( me)?( are| the| all| were)* (concepts?|topics?)( (are|were|do|does|have|has|we|there|here|in|the|this|graph|field|session|discussed|so|far|is))*[ ?.!]*$",
        Fast)]
    private static partial Regex MainConcepts();

    [GeneratedRegex(@"^(what('s| is| are| was| were)|define|what does) (meant by )?(an? |the )?(?<x>[^?]{1,80}?)( mean)?[ ?.!]*$|^(what('s| is) )?(the )?(definition|meaning) of (an? |the )?(?<x>.{1,80}?)[ ?.!]*$", Fast)]
    private static partial Regex Definition();
}
