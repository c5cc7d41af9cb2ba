package stripebridge.cli.drain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.messages.Batches;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;

/// Settles what was written, on a thread of its own. While that waits for the disk, more is
/// written, and the next wait is one for all of it.
final class Settling implements AutoCloseable {
  /// How much more may be written meanwhile; it is on the queue and in the file if we are killed.
  private static final int MESSAGES_MAX = 4_000;

  private static final int BYTES_MAX = 8 * 1024 * 1024;

  private final Step step;
  private final Thread thread;
  private List<Delivery> written = new ArrayList<>();
  private long writtenBytes;
  private boolean isBusy;
  private boolean isClosed;
  private @Nullable Throwable failure;

  /// Makes safe and acknowledges.
  interface Step {
    void settle(List<Delivery> written) throws IOException, BrokerException;
  }

  Settling(Step step) {
    this.step = step;
    thread = Thread.ofPlatform().daemon().name("settling").start(this::run);
  }

  /// Messages are written. Waits while there are too many.
  synchronized void add(List<Delivery> batch)
      throws IOException, BrokerException, InterruptedException {
    while ((written.size() >= MESSAGES_MAX || writtenBytes >= BYTES_MAX) && failure == null) {
      wait();
    }
    check();
    written.addAll(batch);
    writtenBytes += batch.stream().mapToLong(Batches::bytes).sum();
    notifyAll();
  }

  /// Waits until all are settled.
  synchronized void await() throws IOException, BrokerException, InterruptedException {
    while ((isBusy || !written.isEmpty()) && failure == null) {
      wait();
    }
    check();
  }

  private void check() throws IOException, BrokerException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case BrokerException e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  private void run() {
    try {
      for (List<Delivery> next = next(); !next.isEmpty(); next = next()) {
        step.settle(next);
      }
    } catch (Throwable e) {
      // Whatever it is, somebody waits for it.
      fail(e);
    }
  }

  private synchronized List<Delivery> next() throws InterruptedException {
    isBusy = false;
    notifyAll();
    while (written.isEmpty() && !isClosed) {
      wait();
    }
    List<Delivery> next = written;
    written = new ArrayList<>();
    writtenBytes = 0;
    isBusy = true;
    return next;
  }

  private synchronized void fail(Throwable why) {
    failure = why;
    notifyAll();
  }

  /// Settles what is written, and ends. An interrupt waits until then.
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      notifyAll();
    }
    boolean isInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
