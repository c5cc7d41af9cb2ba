package stripebridge.core.inbox;

/// A claimed entry of the inbox.
///
/// @param sequence its position in the order of acceptance; unique in its inbox, never reused
/// @param refusals how often its message was refused so far, for any reason
/// @param permanentRefusals how many of these refusals were permanent, such as for its size
public record InboxEntry(long sequence, ReceivedEvent event, int refusals, int permanentRefusals) {}
