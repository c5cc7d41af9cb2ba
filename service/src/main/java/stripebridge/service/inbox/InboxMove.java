package stripebridge.service.inbox;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxException;

/// Carries all that an inbox holds to another one. Each batch is kept there before it is dropped
/// here, and known ids are not kept twice, so that a move that broke off is simply begun again.
public final class InboxMove {
  // The largest event has 1 MiB.
  private static final int BATCH = 50;

  private InboxMove() {}

  /// What was carried over.
  ///
  /// @param byState how many entries of each state left the one inbox
  /// @param known of them, those that the other one knew already
  public record Moved(Map<EntryState, Long> byState, long known) {}

  /// Does it.
  public static Moved run(InboxEnd from, InboxEnd to) throws InboxException {
    Map<EntryState, Long> byState = new EnumMap<>(EntryState.class);
    long known = 0;
    // Fails when somebody uses it, before anything is carried.
    from.drop(List.of());
    for (List<MovedEntry> batch = from.first(BATCH); !batch.isEmpty(); batch = from.first(BATCH)) {
      known += batch.size() - to.take(batch);
      from.drop(batch);
      batch.forEach(entry -> byState.merge(entry.state(), 1L, Long::sum));
    }
    return new Moved(byState, known);
  }
}
