namespace Itori.Gateway.Protocol;

/// <summary>The words of the protocol's <c>type</c> (and <c>kind</c>).</summary>
internal static class MessageTypes
{
    public const string Ack = "ack";
    public const string AssistantDelta = "assistant_delta";
    public const string AssistantMsg = "assistant_msg";
    public const string Auth = "auth";
    public const string AuthFailure = "auth_failure";
    public const string AuthSuccess = "auth_success";
    public const string Cancel = "cancel";
    public const string ConceptOp = "concept_op";
    public const string ConceptUpdate = "concept_update";
    public const string Cursor = "cursor";
    public const string CustomRequest = "custom_request";
    public const string DeleteMsg = "delete_msg";
    public const string Error = "error";
    public const string History = "history";
    public const string Ingest = "ingest";
    public const string MsgDeleted = "msg_deleted";
    public const string PhaseFrame = "phase_frame";
    public const string Ping = "ping";
    public const string PingResponse = "ping_response";
    public const string Presence = "presence";
    public const string Progress = "progress";
    public const string Reconnect = "reconnect";
    public const string Subscribe = "subscribe";
    public const string Subscribed = "subscribed";
    public const string ThinkingEnd = "thinking_end";
    public const string ThinkingStart = "thinking_start";
    public const string Unsubscribe = "unsubscribe";
    public const string Unsubscribed = "unsubscribed";
    public const string UserMsg = "user_msg";
    public const string Welcome = "welcome";
}

/// <summary>The words of <c>concept_update</c>'s <c>payload.type</c> that this version sends.</summary>
internal static class ConceptUpdates
{
    public const string ClusterAlert = "cluster_alert";
    public const string CoherenceForecast = "coherence_forecast";
    public const string Delta = "delta";
    public const string ForecastRefreshAck = "forecast_refresh_ack";
    public const string Snapshot = "snapshot";
    public const string SpectralState = "spectral_state";
}
