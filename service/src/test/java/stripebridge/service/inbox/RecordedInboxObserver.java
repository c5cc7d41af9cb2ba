package stripebridge.service.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import stripebridge.core.inbox.InboxLoss;

/// Records the reports of an inbox.
final class RecordedInboxObserver implements InboxObserver {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  final List<Long> damaged = new CopyOnWriteArrayList<>();
  final List<String> ids = new CopyOnWriteArrayList<>();
  final List<Long> unlisted = new CopyOnWriteArrayList<>();
  final List<InboxLoss> missing = new CopyOnWriteArrayList<>();
  final List<String> failures = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> checked = new CompletableFuture<>();

  @Override
  public void damaged(long sequence, String eventId, String what) {
    damaged.add(sequence);
    ids.add(eventId);
  }

  @Override
  public void unlisted(long entries) {
    unlisted.add(entries);
  }

  @Override
  public void missing(InboxLoss loss) {
    missing.add(loss);
  }

  @Override
  public void markFailed(String why) {
    failures.add(why);
  }

  @Override
  public void checked(long entries, long found) {
    checked.complete(null);
  }

  @Override
  public void checkFailed(String why) {
    failures.add(why);
    checked.complete(null);
  }

  boolean isChecked() {
    return checked.isDone();
  }

  /// Waits until all rows have been checked.
  void awaitCheck() {
    assertThat(checked).succeedsWithin(DEADLINE);
  }
}
