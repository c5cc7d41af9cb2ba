package stripebridge.cli.drain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.messages.Batches;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;

/// Settles written messages on its own thread. While it waits for the disk, more messages are
/// written, and one wait then covers all of them.
final class Settler implements AutoCloseable {
  // The most that is written meanwhile. After a kill it is both in the queue and in the file.
  private static final int MESSAGES_MAX = 4_000;

  private static final int BYTES_MAX = 8 * 1024 * 1024;

  private final Step step;
  private final Thread thread;
  private List<Delivery> written = new ArrayList<>();
  private long writtenBytes;
  private boolean isBusy;
  private boolean isClosed;
  private @Nullable Throwable failure;

  /// Forces messages to the disk and acknowledges them.
  interface Step {
    void settle(List<Delivery> written) throws IOException, BrokerException;
  }

  Settler(Step step) {
    this.step = step;
    thread = Thread.ofPlatform().daemon().name("settler").start(this::run);
  }

  /// Takes over written messages. Waits while there are too many.
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

  /// Waits until all messages are settled.
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
      // Any error must reach the thread that waits.
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

  /// Settles the remaining messages, and ends the thread. An interrupt is kept for afterwards.
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
