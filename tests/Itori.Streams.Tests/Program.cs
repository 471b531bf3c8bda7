using Itori.Streams.Tests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

if (args is [SubscriberProcess.Role, var gatewayPort, .. var topics])
{
    await SubscriberProcess.RunAsync(int.Parse(gatewayPort, System.Globalization.CultureInfo.InvariantCulture), topics);
    return 0;
}

return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
