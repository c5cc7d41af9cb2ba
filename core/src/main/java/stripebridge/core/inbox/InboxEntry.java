package stripebridge.core.inbox;

/// An event in the inbox, claimed for publishing.
///
/// @param sequence its place in the order of acceptance; unique in its inbox, never reused
/// @param refusals how often its message was refused so far, for whatever reason
/// @param permanentRefusals how often of these for good, such as for its size
public record InboxEntry(long sequence, ReceivedEvent event, int refusals, int permanentRefusals) {}
