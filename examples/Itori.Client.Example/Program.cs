// Talks in a session of a running server, and shows what is said and how the concept graph grows:
//   dotnet run --project examples/Itori.Client.Example -- ws://localhost:8000/ws standup
using Itori.Client;

var endpoint = new Uri(args.Length > 0 ? args[0] : "ws://localhost:8000/ws");
var session = args.Length > 1 ? args[1] : "example";

await using var client = new ItoriClient(new() { Endpoint = endpoint, Session = session });
client.StatusChanged += (_, status) => Console.Error.WriteLine($"[{status.ToString().ToLowerInvariant()}]");
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    var welcome = await client.WhenOpenAsync(stop.Token);
    Console.WriteLine($"You are {welcome.UserName}. Say something; an empty line or Ctrl+C ends.");
    await Task.WhenAny(Talk(), Conversation(), Concepts($"graph:{welcome.GraphId}"));
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    // The user is done.
}

async Task Talk()
{
    while (await Console.In.ReadLineAsync(stop.Token) is { Length: > 0 } line)
    {
        try
        {
            await client.SayAsync(line, cancellationToken: stop.Token);
        }
        catch (ItoriRefusedException e)
        {
            Console.Error.WriteLine($"refused: {e.Message}");
        }
    }
}

async Task Conversation()
{
    await foreach (var happened in client.Subscribe($"session:{session}", cancellationToken: stop.Token))
    {
        switch (happened.Type)
        {
            case "user_msg":
                Console.WriteLine($"{happened.Payload.GetProperty("user").GetProperty("name")}: {happened.Payload.GetProperty("text")}");
                break;
            case "assistant_msg":
                Console.WriteLine($"Itori: {happened.Payload.GetProperty("text")}");
                break;
        }
    }
}

async Task Concepts(string topic)
{
    await foreach (var happened in client.Subscribe(topic, cancellationToken: stop.Token))
    {
        if (happened.Variant == "delta")
        {
            foreach (var concept in happened.Payload.GetProperty("data").GetProperty("added").EnumerateArray())
            {
                Console.WriteLine($"  + {concept.GetProperty("label")}");
            }
        }
    }
}
