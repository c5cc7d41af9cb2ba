package stripebridge.bench.serve;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// An inbox that only stores: the baseline for accepting webhooks.
@FunctionalInterface
interface StoreOnlyInbox extends Inbox {
  /// An inbox that stores nothing.
  StoreOnlyInbox NOTHING = _ -> {};

  void store(ReceivedEvent event);

  @Override
  default Appended append(ReceivedEvent event) {
    store(event);
    return Appended.STORED;
  }

  @Override
  default void probe() {}

  @Override
  default List<Claim> claim(int max, Duration wait) {
    return List.of();
  }

  @Override
  default List<Claim> claimHeld(String topic, int max) {
    return List.of();
  }

  @Override
  default void makeRefusedDue() {}

  @Override
  default Set<String> heldBehind() {
    return Set.of();
  }

  @Override
  default void settle(Collection<? extends Settlement> settlements) {}

  @Override
  default InboxCounts counts() {
    return new InboxCounts(0, 0, Optional.empty());
  }

  @Override
  default String memo(String name) {
    return "";
  }

  @Override
  default boolean replaceMemo(String name, String before, String after) {
    return true;
  }

  @Override
  default Optional<Throwable> failure() {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
