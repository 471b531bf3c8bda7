namespace Itori.Text.Tests;

public sealed class ConceptExtractorTests
{
    private static readonly ConceptExtractor Extractor = new();

    private static List<string> Keys(string text) => [.. Extractor.Extract(text, TestContext.Current.CancellationToken).Concepts.Select(concept => concept.Key)];

    [Fact]
    public void Concepts_of_a_scientific_sentence_are_its_noun_phrases_best_first()
    {
        var concepts = Extractor.Extract("The Kuramoto model describes synchronization of coupled oscillators. The Kuramoto model has an order parameter.", TestContext.Current.CancellationToken).Concepts;

        Assert.Equal("kuramoto model", concepts[0].Key);
        Assert.Equal("Kuramoto model", concepts[0].Label);
        Assert.Equal(2, concepts[0].Mentions.Count);
        Assert.Contains("coupled oscillator", concepts.Select(concept => concept.Key));
        Assert.Contains("order parameter", concepts.Select(concept => concept.Key));
        Assert.Equal(concepts.OrderByDescending(concept => concept.Score), concepts);
    }

    [Theory]
    [InlineData("lol yeah that's a good idea, thanks!")]
    [InlineData("Okay, so I think we should do that. It is what it is, you know?")]
    [InlineData("There are a lot of things people do all the time.")]
    [InlineData("um uh yeah okay mm-hmm right")]
    [InlineData("yes AND then , AND we do ALL of it OR not")]
    [InlineData("See https://example.com/foo/bar?x=neural+network, mail bob@example.com or @alice at 10:30 on 2024-01-05.")]
    [InlineData("```\nvar network = new NeuralNetwork();\n```")]
    [InlineData("`neuralNetwork.train(data)`")]
    [InlineData("🎉🎉🎉 !!! ??? ... --- 12345 3.14")]
    [InlineData("")]
    [InlineData("   \r\n\t ")]
    public void Small_talk_code_addresses_and_marks_hold_no_concept(string text) => Assert.Empty(Keys(text));

    [Fact]
    public void Variants_in_case_number_and_hyphen_are_one_concept()
    {
        var concepts = Extractor.Extract("A neural network learns. Neural Networks generalise. We train neural-networks, and neural networks scale.", TestContext.Current.CancellationToken).Concepts;

        var network = Assert.Single(concepts, concept => concept.Key == "neural network");
        Assert.Equal(4, network.Mentions.Count);
        Assert.Equal("neural network", network.Label);
    }

    [Fact]
    public void Abbreviation_that_the_text_introduces_is_the_same_concept()
    {
        var concepts = Extractor.Extract("Large Language Models (LLMs) hallucinate. LLMs need retrieval, and an LLM is expensive.", TestContext.Current.CancellationToken).Concepts;

        var model = Assert.Single(concepts, concept => concept.Key == "large language model");
        Assert.Equal("Large Language Models", model.Label);
        Assert.Equal(["LLMs"], model.Aliases);
        Assert.True(model.Mentions.Count >= 2);
        Assert.DoesNotContain("llm", concepts.Select(concept => concept.Key));
    }

    [Theory]
    [InlineData("Bayesian inference updates beliefs.", "Bayesian inference")]
    [InlineData("Neural networks learn.", "neural networks")]
    public void Capital_of_a_sentences_first_word_stays_where_it_is_the_words_own(string text, string label) =>
        Assert.Contains(label, Extractor.Extract(text, TestContext.Current.CancellationToken).Concepts.Select(concept => concept.Label));

    [Fact]
    public void Head_of_a_name_with_of_is_the_word_before_it()
    {
        var concepts = Extractor.Extract("Standard Qualities of Service (SQoS) matter. SQoS is measured.", TestContext.Current.CancellationToken).Concepts;

        Assert.All(concepts, concept => Assert.Equal(ConceptKey.Of(concept.Label), concept.Key));
    }

    [Fact]
    public void Words_that_praise_or_point_are_no_part_of_a_concept()
    {
        var keys = Keys("We present a new and very promising gradient estimator with several other proposed training objectives.");

        Assert.Contains("gradient estimator", keys);
        Assert.Contains("training objective", keys);
    }

    [Fact]
    public void Half_words_of_spoken_text_are_no_concepts()
    {
        var keys = Keys("You said uh targ target groups , and um the functionali functionality of the remo remote control .");

        Assert.Equivalent(new[] { "target group", "functionality", "remote control" }, keys, strict: true);
    }

    [Theory]
    [InlineData("So um I told you how the remote control works and what it does .", "remote control")]
    [InlineData("GNNs use message passing.", "gnn|message passing")]
    [InlineData("How does the voice recognition work?", "voice recognition")]
    [InlineData("Um I think we just take constructions from the , uh , the parser .", "construction|parser")]
    [InlineData("So um the dem remote control , you know , and wait a minute .", "remote control")]
    [InlineData("The bank raised interest rates to fight inflation.", "bank|inflation|interest rate")]
    [InlineData("I don't know what to say , um , to check it .", "")]
    [InlineData("You can use Hugin , yeah , it 's free .", "hugin")]
    [InlineData("Yeah , con components and streets com comes to uh to mind .", "street")]
    [InlineData("But but we we 're swit", "")]
    [InlineData("So uh fifteen Pounds , or twelve possible utterances .", "utterance")]
    [InlineData("Herbivorous fish keep seaweed down.", "herbivorous fish|seaweed")]
    [InlineData("We build tools for nurses who track patient records.", "nurse|patient record")]
    [InlineData("The police stop cars.", "car|police")]
    [InlineData("Parrotfish prevent algae from smothering young corals.", "parrotfish|algae|young coral")]
    [InlineData("Algae are grazing dead surfaces.", "algae|dead surface")]
    [InlineData("People spend their time pressing buttons on the remote control.", "button|remote control")]
    [InlineData("The heart is a muscle that pumps blood.", "heart|muscle|blood")]
    [InlineData("You keep pressing buttons um until it works.", "button")]
    [InlineData("Um it is the user who's pressing buttons.", "button")]
    [InlineData("Um sti I still think the sti the battery is fine.", "battery")]
    [InlineData("Nnn . Uh the battery , hhh , is flat .", "battery")]
    [InlineData("Um we could just hang disks off the server.", "disk|server")]
    [InlineData("Um that 's gonna be real cheap .", "")]
    [InlineData("The Roman army built roads connecting distant provinces and moving heavy supplies.", "roman army|road|distant province|heavy supply")]
    [InlineData("Plants help animals by producing oxygen.", "plant|animal|oxygen")]
    [InlineData("Nurses began collecting blood samples.", "nurse|blood sample")]
    [InlineData("Um I haven't asked Hynek , uh , for the parser .", "hynek|parser")]
    [InlineData("Doctors learn by studying infectious diseases.", "doctor|infectious disease")]
    [InlineData("Volcanoes erupt when magma breaks through the crust.", "volcano|magma|crust")]
    [InlineData("Herbivorous fish keep seaweed down, which would otherwise grow.", "herbivorous fish|seaweed")]
    [InlineData("So um we 're incorporating voice recognition , yeah .", "voice recognition")]
    [InlineData("The kelp forest shelters rockfish.", "kelp forest|rockfish")]
    [InlineData("Sleep deprivation impairs memory consolidation.", "sleep deprivation|memory consolidation")]
    [InlineData("They found that sleep loss harms memory.", "sleep loss|memory")]
    [InlineData("Fatigue was due to weight gain.", "fatigue|weight gain")]
    [InlineData("A host of errors delayed the launch.", "error|launch")]
    [InlineData("In light of the verdict, the bank paid.", "verdict|bank")]
    [InlineData("The issue of the pre - adapted uh parser , and the pre - adapted model .", "parser|adapted model")]
    public void Verbs_half_words_and_numbers_are_no_part_of_a_concept(string text, string keys) =>
        Assert.Equal(keys.Split('|', StringSplitOptions.RemoveEmptyEntries).Order(), Keys(text).Order());

    [Theory]
    [InlineData("Machine learning models need data.", "machine learning model")]
    [InlineData("The execution engine runs the test suite.", "execution engine|test suite")]
    [InlineData("Search engines rank web pages.", "search engine|web page")]
    [InlineData("Linux and Windows are operating systems.", "operating system")]
    [InlineData("The melting alpine glaciers feed rivers.", "melting alpine glacier")]
    [InlineData("Swimming pools lose water, and cutting tools get dull.", "swimming pool|cutting tool")]
    [InlineData("Traffic lights, which drivers watch, are lamps.", "traffic light")]
    [InlineData("The speed of light is constant.", "speed|light")]
    [InlineData("A host process writes to a data store.", "host process|data store")]
    public void Nouns_that_could_be_verbs_stay(string text, string keys)
    {
        foreach (var key in keys.Split('|'))
        {
            Assert.Contains(key, Keys(text));
        }
    }

    [Theory]
    [InlineData("asdf qwer zxcv hjkl")]
    [InlineData("lorem ipsum dolor sit amet consectetur adipiscing elit")]
    [InlineData("zażółć gęślą jaźń, model językowy potrzebuje więcej pamięci i nowych danych treningowych")]
    public void Text_of_no_known_language_gives_nothing_rather_than_anything(string text)
    {
        var extraction = Extractor.Extract(text, TestContext.Current.CancellationToken);

        Assert.Equal("und", extraction.Language);
        Assert.Empty(extraction.Concepts);
    }

    [Theory]
    [InlineData("oui d'accord, merci beaucoup")]
    [InlineData("vale, gracias, nos vemos mañana")]
    [InlineData("ok ja das passt, danke!")]
    [InlineData("да, спасибо, хорошо")]
    public void Small_talk_in_other_languages_holds_no_concept(string text) => Assert.Empty(Keys(text));

    [Theory]
    [InlineData("pt", "O aprendizado de máquina usa redes neurais para reconhecer imagens.")]
    [InlineData("nl", "De kunstmatige intelligentie helpt artsen bij het herkennen van tumoren op röntgenfoto's.")]
    [InlineData("sv", "Maskininlärning används för att upptäcka bedrägerier i banken och för att spara pengar.")]
    [InlineData("tr", "Yapay zeka modelleri bir çok tıbbi görüntüde tümörleri bulabilir ve doktorlara yardım eder ama hata da yapar.")]
    public void Sister_languages_are_told_apart(string language, string text) =>
        Assert.Equal(language, Extractor.Extract(text, TestContext.Current.CancellationToken).Language);

    [Theory]
    [InlineData("de", "Die künstliche Intelligenz verändert die Medizin. Neuronale Netze erkennen Tumore auf den Bildern.", "künstliche Intelligenz")]
    [InlineData("fr", "L'intelligence artificielle transforme la médecine. Les réseaux de neurones détectent les tumeurs.", "intelligence artificielle")]
    [InlineData("es", "La inteligencia artificial transforma la medicina y las redes neuronales detectan tumores en las imágenes.", "inteligencia artificial")]
    [InlineData("ru", "Искусственный интеллект меняет медицину, и нейронные сети находят опухоли на снимках.", "искусственный интеллект")]
    [InlineData("en", "Artificial intelligence transforms medicine, and die casting is an old method in industry.", "artificial intelligence")]
    public void Language_is_told_by_its_stop_words(string language, string text, string label)
    {
        var extraction = Extractor.Extract(text, TestContext.Current.CancellationToken);

        Assert.Equal(language, extraction.Language);
        Assert.Contains(label, extraction.Concepts.Select(concept => concept.Label), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void Text_without_spaces_between_words_gives_no_pieces_of_sentences()
    {
        var extraction = Extractor.Extract("人工智能正在改变医学。神经网络可以检测肿瘤。", TestContext.Current.CancellationToken);

        Assert.Equal("zh", extraction.Language);
        Assert.Empty(extraction.Concepts);
    }

    [Fact]
    public void Limits_of_the_options_hold()
    {
        var text = "Gradient descent, neural networks, coral reefs, carbonate chemistry, phase coupling, order parameters, remote controls and voice recognition software interact.";

        var few = new ConceptExtractor(new ExtractionOptions { MaxConcepts = 3, MaxRelations = 2 }).Extract(text, TestContext.Current.CancellationToken);
        Assert.Equal(3, few.Concepts.Count);
        Assert.True(few.Relations.Count <= 2);

        var sparse = new ConceptExtractor(new ExtractionOptions { WordsPerConcept = 1000 }).Extract(text, TestContext.Current.CancellationToken);
        Assert.Equal(5, sparse.Concepts.Count);

        var shortPhrases = new ConceptExtractor(new ExtractionOptions { MaxPhraseWords = 2 }).Extract(text, TestContext.Current.CancellationToken);
        Assert.All(shortPhrases.Concepts, concept => Assert.True(concept.Label.Split(' ').Length <= 2));
        Assert.Contains("recognition software", shortPhrases.Concepts.Select(concept => concept.Key));

        var sure = new ConceptExtractor(new ExtractionOptions { MinScore = 0.99 }).Extract(text, TestContext.Current.CancellationToken);
        Assert.Empty(sure.Concepts);

        var once = new ConceptExtractor(new ExtractionOptions { MaxMentions = 1 }).Extract("Coral reefs grow. Coral reefs die.", TestContext.Current.CancellationToken);
        Assert.Single(Assert.Single(once.Concepts).Mentions);
    }

    [Fact]
    public void Options_out_of_range_are_refused() =>
        Assert.Throws<System.ComponentModel.DataAnnotations.ValidationException>(() => new ConceptExtractor(new ExtractionOptions { MaxConcepts = 0 }));

    [Fact]
    public void Cancellation_ends_an_extraction() =>
        Assert.Throws<OperationCanceledException>(() => Extractor.Extract("Coral reefs grow.", new CancellationToken(canceled: true)));

    [Fact]
    public async Task Extractor_is_shared_between_threads()
    {
        var expected = string.Join('|', Keys(Samples.Abstract));

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => string.Join('|', Extractor.Extract(Samples.Abstract).Concepts.Select(concept => concept.Key)))));

        Assert.All(results, result => Assert.Equal(expected, result));
    }
}
