package stripebridge.cli.validate;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess;
import stripebridge.core.broker.QueueAccess.Session;

/// A session that connects while the first checks run: in a process that has just started, it takes
/// about as long as they do.
final class OpeningSession implements AutoCloseable {
  private final FutureTask<Session> opening;
  private final Thread thread;

  /// Begins to connect.
  OpeningSession(QueueAccess access) {
    opening = new FutureTask<>(access::open);
    thread = Thread.ofPlatform().daemon().name("validate-connect").start(opening);
  }

  /// Waits for the session, which [#close] closes.
  Session get() throws BrokerException, InterruptedException {
    try {
      return opening.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BrokerException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /// Closes the session, or ends the attempt. An interrupt is kept for afterwards.
  @Override
  public void close() {
    thread.interrupt();
    boolean isInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        isInterrupted = true;
      }
    }
    if (opening.state() == Future.State.SUCCESS) {
      opening.resultNow().close();
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
