package stripebridge.cli.drain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.messages.Batches;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;

/// A step that messages pass, in order, on a thread of its own. While it works, more messages
/// gather, and its next turn takes all of them: one wait for the disk then covers many.
///
/// Thread-safe.
final class Stage implements AutoCloseable {
  private static final int BYTES_MAX = 8 * 1024 * 1024;

  private final int messagesMax;
  private final Step step;
  private final Thread thread;
  private List<Delivery> gathered = new ArrayList<>();
  private long gatheredBytes;
  private boolean isBusy;
  private boolean isClosed;
  private @Nullable Throwable failure;

  /// What happens to messages.
  interface Step {
    void take(List<Delivery> messages) throws IOException, BrokerException, InterruptedException;
  }

  /// @param name of its thread
  /// @param messagesMax how many may gather
  Stage(String name, int messagesMax, Step step) {
    this.messagesMax = messagesMax;
    this.step = step;
    thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /// Takes over messages. Waits while there are too many.
  ///
  /// @throws IOException when a step has failed; also the other exceptions of a step
  synchronized void add(List<Delivery> batch)
      throws IOException, BrokerException, InterruptedException {
    while ((gathered.size() >= messagesMax || gatheredBytes >= BYTES_MAX) && failure == null) {
      wait();
    }
    check();
    gathered.addAll(batch);
    gatheredBytes += batch.stream().mapToLong(Batches::bytes).sum();
    notifyAll();
  }

  /// Waits until all messages have passed.
  synchronized void await() throws IOException, BrokerException, InterruptedException {
    while ((isBusy || !gathered.isEmpty()) && failure == null) {
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
        step.take(next);
      }
    } catch (Throwable e) {
      // Any error must reach the thread that waits.
      fail(e);
    }
  }

  private synchronized List<Delivery> next() throws InterruptedException {
    isBusy = false;
    notifyAll();
    while (gathered.isEmpty() && !isClosed) {
      wait();
    }
    List<Delivery> next = gathered;
    gathered = new ArrayList<>();
    gatheredBytes = 0;
    isBusy = true;
    return next;
  }

  private synchronized void fail(Throwable why) {
    failure = why;
    notifyAll();
  }

  /// Lets the remaining messages pass, and ends the thread. An interrupt is kept for afterwards.
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
