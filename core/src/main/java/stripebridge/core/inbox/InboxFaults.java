package stripebridge.core.inbox;

import java.util.List;

/// The faults that an inbox has detected in its store.
///
/// @param damagedEntries how many damaged entries it has found since it was opened; they are parked
/// @param losses the losses that no operator has acknowledged
public record InboxFaults(long damagedEntries, List<InboxLoss> losses) {
  /// No faults.
  public static final InboxFaults NONE = new InboxFaults(0, List.of());
}
