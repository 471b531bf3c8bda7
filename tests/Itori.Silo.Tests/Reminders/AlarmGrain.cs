namespace Itori.Silo.Tests.Reminders;

/// <summary>A grain that wants to be woken and says on standard output that it was.</summary>
[Alias("itori.tests.alarm")]
internal interface IAlarmGrain : IGrainWithStringKey
{
    /// <summary>Registers the reminder.</summary>
    [Alias("Arm")]
    Task Arm();
}

[GrainType("alarm")]
internal sealed class AlarmGrain : Grain, IAlarmGrain, IRemindable
{
    public const string Armed = "armed";
    public const string Rang = "rang";

    public async Task Arm()
    {
        await this.RegisterOrUpdateReminder("ring", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        Console.WriteLine(Armed);
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Console.WriteLine(Rang);
        return Task.CompletedTask;
    }
}
