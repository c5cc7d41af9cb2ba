package stripebridge.service.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import stripebridge.core.inbox.InboxLoss;

/// Keeps what an inbox tells of its file.
final class RecordedInboxObserver implements InboxObserver {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  final List<Long> damaged = new CopyOnWriteArrayList<>();
  final List<String> ids = new CopyOnWriteArrayList<>();
  final List<Long> unlisted = new CopyOnWriteArrayList<>();
  final List<InboxLoss> missing = new CopyOnWriteArrayList<>();
  final List<String> failures = new CopyOnWriteArrayList<>();
  private final CountDownLatch checked = new CountDownLatch(1);

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
    checked.countDown();
  }

  @Override
  public void checkFailed(String why) {
    failures.add(why);
    checked.countDown();
  }

  boolean isChecked() {
    return checked.getCount() == 0;
  }

  /// Waits until all rows have been looked at.
  void awaitCheck() throws InterruptedException {
    assertThat(checked.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }
}
