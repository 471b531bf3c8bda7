using Itori.Hosting;
using Itori.Journal;
using Itori.Standalone;

return await HealthProbe.RunAsync(args) ?? await StartupFailure.OneLineAsync(() => StandaloneHost.RunAsync(args), e => e is JournalException);
