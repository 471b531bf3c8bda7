using Itori.Evaluation;

return args switch
{
    ["keyphrases", var path] => KeyphraseCommands.Score(path),
    ["keyphrases", var path, "--show", var count] => KeyphraseCommands.Show(path, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)),
    ["keyphrases", var path, "--online"] => KeyphraseCommands.Online(path),
    ["fit", var path] => KeyphraseCommands.Fit(path),
    ["concepts", var path] => ConceptCommands.Show(path),
    ["tags", var path] => ConceptCommands.Tags(path),
    ["alerts"] => AlertCommands.Score(50),
    ["alerts", var fields] => AlertCommands.Score(int.Parse(fields, System.Globalization.CultureInfo.InvariantCulture)),
    ["state"] => StateCommands.Time(10_000),
    ["drift", var folder] => FieldCommands.Drift(folder),
    ["forecast", var folder] => FieldCommands.Forecast(folder),
    ["speed", var path] => SpeedCommands.Extraction(path),
    ["graph-speed"] => SpeedCommands.Graph(),
    ["import-speed"] => ImportSpeed.Print(20_000, 80_000),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: Itori.Evaluation COMMAND PATH
          keyphrases PATH                  macro F1@5/10/15 against the keys of {"id","text","keys"} objects: a folder of files, or a file of lines
          keyphrases PATH --show N         the same with the predictions and misses of the first N texts
          fit PATH                         weights of the score, fitted on each half and scored on the other, then on all
          concepts FILE                    the concepts and relations of each line (after its last tab) and of the whole file
          tags FILE                        the words of each line with their parts of speech
          alerts [N]                       cluster alerts on N made-up fields of each kind in which a cluster is pulled apart at a known moment
          state                            time of the whole spectral state of 10,000 concepts and 200,000 directed relations
          drift FOLDER                     drift against the topic boundaries of a folder of meetings (NAME.tsv, NAME.qa.json)
          forecast FOLDER                  forecasts of coherence on the same meetings: MASE, coverage of the bounds
          speed FILE                       time per message of about 500 characters and per 1 MB made of FILE's text
          graph-speed                      what a message costs graphs of 100 to 50,000 concepts
          import-speed                     for how long a file of 20,000 concepts and 80,000 relations keeps a graph from its other work
        """);
    return 2;
}
