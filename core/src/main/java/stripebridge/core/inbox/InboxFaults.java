package stripebridge.core.inbox;

import java.util.List;

/// What an inbox has found wrong with itself.
///
/// @param damagedEntries how many entries were found damaged by the inbox itself since it was
///   opened; they are parked
/// @param losses what is missing and no operator has acknowledged
public record InboxFaults(long damagedEntries, List<InboxLoss> losses) {
  /// Nothing.
  public static final InboxFaults NONE = new InboxFaults(0, List.of());
}
