package stripebridge.service.inbox;

import stripebridge.core.inbox.EntryState;

/// An entry on its way from one inbox to another: all that is stored of it, damaged or not.
///
/// @param sequence in the inbox that it leaves
/// @param objectId what the event is about; empty when it is not known
/// @param receivedAt and `settledAt`: milliseconds since 1970; 0 when it is not settled
/// @param body empty when it is not kept
/// @param checksum of the event; 0 when the event is not kept
// Made once for a batch, and never compared.
@SuppressWarnings("ArrayRecordComponent")
public record MovedEntry(
    EntryState state,
    long sequence,
    String eventId,
    String eventType,
    String objectId,
    String account,
    long receivedAt,
    byte[] body,
    long checksum,
    int refusals,
    int permanentRefusals,
    long settledAt,
    String reason,
    String detail) {

  /// One whose object is not known.
  public MovedEntry(
      EntryState state,
      long sequence,
      String eventId,
      String eventType,
      String account,
      long receivedAt,
      byte[] body,
      long checksum,
      int refusals,
      int permanentRefusals,
      long settledAt,
      String reason,
      String detail) {
    this(
        state,
        sequence,
        eventId,
        eventType,
        "",
        account,
        receivedAt,
        body,
        checksum,
        refusals,
        permanentRefusals,
        settledAt,
        reason,
        detail);
  }
}
