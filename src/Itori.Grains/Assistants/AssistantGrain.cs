using Itori.Contracts;
using Itori.Grains.Assistants.Context;
using Itori.Grains.Assistants.Models;
using Itori.Grains.Assistants.Turns;
using Itori.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Itori.Grains.Assistants;

/// <summary>
/// Runs a session's turns in the background of its own activation. Not reentrant, and it need not be: every call returns at once. The turn's own steps interleave with
/// the calls, one at a time; what they share is the running turn alone.
/// </summary>
internal sealed class AssistantGrain : Grain, IAssistantGrain
{
    private readonly AssistantModel _model;
    private readonly AssistantOptions _options;
    private readonly RunningTurns _turns;
    private readonly TurnContextReader _reader;
    private readonly TurnRunner _runner;
    private (string Turn, TurnStop Stop, Task Run)? _running;

    public AssistantGrain(AssistantModel model, IOptions<AssistantOptions> options, RunningTurns turns, ConceptExtractor extractor, TimeProvider time, ILoggerFactory loggers)
    {
        _model = model;
        _options = options.Value;
        _turns = turns;
        _reader = new TurnContextReader(GrainFactory, extractor, _options, loggers.CreateLogger<TurnContextReader>());
        _runner = new TurnRunner(model, _options, time, loggers.CreateLogger<TurnRunner>());
    }

    public Task<bool> Begin(TurnRequest request)
    {
        if (_running is { Run.IsCompleted: false } running)
        {
            return Task.FromResult(running.Turn == request.Turn);
        }

        if (_turns.IsStopping)
        {
            return Task.FromResult(false);
        }

        // The activation must outlive the turn: idle collection sees only calls, and none may come while a model thinks.
        DelayDeactivation(_options.RequestTimeout + _options.EndRetryTimeout + TimeSpan.FromMinutes(1));
        var stop = new TurnStop();
        _running = (request.Turn, stop, RunAsync(request, stop));
        return Task.FromResult(true);
    }

    public Task Cancel(string turn)
    {
        if (_running is { Run.IsCompleted: false } running && running.Turn == turn)
        {
            running.Stop.Cancel();
        }

        return Task.CompletedTask;
    }

    public ValueTask<bool> IsRunning(string turn) => ValueTask.FromResult(_running is { Run.IsCompleted: false } running && running.Turn == turn);

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_running is { Run.IsCompleted: false } running)
        {
            running.Stop.Interrupt();
            await running.Run.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(TurnRequest request, TurnStop stop)
    {
        // Begin answers first, so that the session, which may wait for it, can take what it is told.
        await Task.Yield();
        var session = GrainFactory.Grain<ISessionGrain>(request.Session);
        using (stop)
        using (_turns.Enter(stop, out var left))
        {
            try
            {
                await _runner.RunAsync(
                    request.Turn,
                    async cancellation => TurnPrompts.Of(await _reader.ReadAsync(request, cancellation), _model, _options),
                    new SessionTurnSink(session, request.Turn, _model.Name),
                    stop);
            }
            finally
            {
                left.SetResult();
                DelayDeactivation(TimeSpan.Zero);
            }
        }
    }
}
