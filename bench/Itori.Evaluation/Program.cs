using Itori.Evaluation;

return args switch
{
    ["keyphrases", var path] => KeyphraseCommands.Score(path),
    ["keyphrases", var path, "--show", var count] => KeyphraseCommands.Show(path, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)),
    ["fit", var path] => KeyphraseCommands.Fit(path),
    ["concepts", var path] => ConceptCommands.Show(path),
    ["tags", var path] => ConceptCommands.Tags(path),
    ["speed", var path] => ConceptCommands.Speed(path),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: Itori.Evaluation COMMAND FILE
          keyphrases FILE.jsonl            macro F1@5/10/15 against the keys of {"id","text","keys"} lines
          keyphrases FILE.jsonl --show N   the same with the predictions and misses of the first N texts
          fit FILE.jsonl                   weights of the score, fitted on each half and scored on the other, then on all
          concepts FILE                    the concepts and relations of each line (after its last tab) and of the whole file
          tags FILE                        the words of each line with their parts of speech
          speed FILE                       time per message of about 500 characters and per 1 MB made of FILE's text
        """);
    return 2;
}
