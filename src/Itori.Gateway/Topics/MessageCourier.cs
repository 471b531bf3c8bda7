using System.Collections.Concurrent;

using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics;

/// <summary>
/// Carries what people say to their sessions. A lone message goes at once. Where one of the same session is on its way already, what else comes for it until the thread pool gets to it goes in one call: a call costs as much as
/// the session does with the message, and in a session in which hundreds speak at once nearly all of them share theirs. Nothing waits for company, nor for the answer of what went before.
/// </summary>
internal sealed class MessageCourier(TopicGrains grains)
{
    /// <summary>What one call carries at most: below a millisecond of the session's time.</summary>
    public const int MaxMessages = 256;

    /// <summary>The same in characters of text; a message that has more by itself goes alone.</summary>
    public const int MaxCharacters = 65_536;

    // Of sessions that something is on its way to: no more than connections have commands under way.
    private readonly ConcurrentDictionary<string, Route> routes = new(StringComparer.Ordinal);

    /// <summary>Sessions that something is on its way to.</summary>
    public int Routes => routes.Count;

    /// <summary>As <see cref="ISessionGrain.PostMessage"/>.</summary>
    public Task<Result<Receipt>> Post(string session, PostMessage message)
    {
        while (true)
        {
            if (routes.GetOrAdd(session, static (session, all) => new Route(all.Grains, all.Routes, session), (Grains: grains, Routes: routes)).TryPost(message, out var answer))
            {
                return answer;
            }
        }
    }

    /// <summary>The way to one session, which is there while something is on it.</summary>
    private sealed class Route(TopicGrains grains, ConcurrentDictionary<string, Route> routes, string session) : IThreadPoolWorkItem
    {
        private List<Letter>? waiting;
        private int calls;
        private bool isOver;

        /// <summary>False: the route has ended, another one is needed.</summary>
        public bool TryPost(PostMessage message, out Task<Result<Receipt>> answer)
        {
            lock (this)
            {
                if (isOver)
                {
                    answer = null!;
                    return false;
                }

                if (calls > 0)
                {
                    var letter = new Letter(message);
                    answer = letter.Task;
                    if (waiting is null)
                    {
                        waiting = [letter];
                        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    }
                    else
                    {
                        waiting.Add(letter);
                    }

                    return true;
                }

                calls = 1;
            }

            answer = Carry(message);
            return true;
        }

        void IThreadPoolWorkItem.Execute()
        {
            List<Letter> letters;
            lock (this)
            {
                letters = waiting!;
                waiting = null;
                calls++; // One too many, which keeps the route until all of them have begun.
            }

            var (first, characters) = (0, 0);
            for (var i = 0; i < letters.Count; i++)
            {
                var length = letters[i].Message.Text.Length;
                if (i > first && (i - first == MaxMessages || characters + length > MaxCharacters))
                {
                    Begin(letters[first..i]);
                    (first, characters) = (i, 0);
                }

                characters += length;
            }

            Begin(letters[first..]);
            Arrived();
        }

        private void Begin(List<Letter> letters)
        {
            lock (this)
            {
                calls++;
            }

            _ = letters.Count == 1 ? Deliver(letters[0]) : Deliver(letters);
        }

        private async Task Deliver(List<Letter> letters)
        {
            Result<Receipt>[] answers;
            try
            {
                answers = await Session().PostMessages([.. letters.Select(static letter => letter.Message)]);
            }
            catch (Exception e)
            {
                GiveBack(letters, e);
                return;
            }
            finally
            {
                // Before anyone goes on: what they say next is not to wait for what they said last.
                Arrived();
            }

            for (var i = 0; i < letters.Count; i++)
            {
                letters[i].TrySetResult(answers[i]);
            }
        }

        private async Task Deliver(Letter letter)
        {
            try
            {
                letter.TrySetResult(await Carry(letter.Message));
            }
            catch (Exception e)
            {
                letter.TrySetException(e);
            }
        }

        /// <summary>
        /// An outage, or a damaged session, is the same for all of them, and each command has its own way to deal with it. Anything else need not be: a silo of an earlier version could not read the call (then nothing was done), or the
        /// session fails over one of the messages. Then each goes by itself, where that can do no harm.
        /// </summary>
        private void GiveBack(List<Letter> letters, Exception failure)
        {
            var wasNotRead = failure is TypeLoadException;
            var concernsAll = failure is TopicDamagedException || ErrorBoundary.IsOutage(failure);
            foreach (var letter in letters)
            {
                if (wasNotRead || (!concernsAll && letter.Message.CommandId is not null))
                {
                    Begin([letter]);
                }
                else
                {
                    letter.TrySetException(failure);
                }
            }
        }

        /// <summary>A call that was counted.</summary>
        private async Task<Result<Receipt>> Carry(PostMessage message)
        {
            try
            {
                return await Session().PostMessage(message);
            }
            finally
            {
                Arrived();
            }
        }

        private ISessionGrain Session() => grains.GetGrain<ISessionGrain>(session);

        private void Arrived()
        {
            lock (this)
            {
                calls--;
                if (calls > 0 || waiting is not null)
                {
                    return;
                }

                isOver = true;
            }

            routes.TryRemove(new KeyValuePair<string, Route>(session, this));
        }
    }

    private sealed class Letter(PostMessage message) : TaskCompletionSource<Result<Receipt>>
    {
        public PostMessage Message { get; } = message;
    }
}
