package stripebridge.cli.validate.evidence;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Flow;

/// Reads one queue on its own thread, until it is closed or the queue cannot be read any more.
final class FlowReader implements AutoCloseable {
  private static final Duration POLL_MAX = Duration.ofMillis(100);
  private static final Duration CLOSING_MAX = Duration.ofSeconds(5);

  private final Flow flow;
  private final Handler handler;
  private final Thread thread;
  private volatile boolean isClosing;
  private volatile @Nullable Throwable failure;

  /// Handles each message.
  @FunctionalInterface
  interface Handler {
    void handle(Delivery delivery) throws BrokerException;
  }

  private FlowReader(String name, Flow flow, Handler handler) {
    this.flow = flow;
    this.handler = handler;
    this.thread = Thread.ofVirtual().name("validate " + name).unstarted(this::run);
  }

  static FlowReader start(String queue, Flow flow, Handler handler) {
    FlowReader reader = new FlowReader(queue, flow, handler);
    reader.thread.start();
    return reader;
  }

  private void run() {
    try {
      while (!isClosing) {
        Delivery delivery = flow.next(POLL_MAX);
        if (delivery != null) {
          handler.handle(delivery);
        }
      }
    } catch (InterruptedException _) {
      // Only the end of the process interrupts this thread.
    } catch (Throwable e) {
      // Without it, a stage that waits for a message would blame the bridge.
      failure = e;
    }
  }

  /// Why it stopped reading.
  Optional<BrokerException> failure() {
    return switch (failure) {
      case null -> Optional.empty();
      case BrokerException e -> Optional.of(e);
      case Throwable e -> throw new IllegalStateException(e);
    };
  }

  /// Asks it to end. Ask several before closing them, so that their waits run at the same time.
  void stop() {
    isClosing = true;
  }

  /// When this returns, every message that was read is settled.
  @Override
  public void close() {
    stop();
    try {
      thread.join(CLOSING_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    flow.close();
  }
}
