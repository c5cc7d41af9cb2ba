package stripebridge.cli.validate;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Flow;

/// Reads one queue on a thread of its own, until it is closed or the queue cannot be read any more.
final class FlowReader implements AutoCloseable {
  private static final Duration TURN = Duration.ofMillis(100);
  private static final Duration CLOSING_MAX = Duration.ofSeconds(5);

  private final Flow flow;
  private final Reading reading;
  private final Thread thread;
  private volatile boolean isClosing;
  private volatile @Nullable Throwable failure;

  /// What is done with each message.
  @FunctionalInterface
  interface Reading {
    void read(Delivery delivery) throws BrokerException;
  }

  private FlowReader(String name, Flow flow, Reading reading) {
    this.flow = flow;
    this.reading = reading;
    this.thread = Thread.ofVirtual().name("validate " + name).unstarted(this::run);
  }

  static FlowReader start(String queue, Flow flow, Reading reading) {
    FlowReader reader = new FlowReader(queue, flow, reading);
    reader.thread.start();
    return reader;
  }

  private void run() {
    try {
      while (!isClosing) {
        Delivery delivery = flow.next(TURN);
        if (delivery != null) {
          reading.read(delivery);
        }
      }
    } catch (InterruptedException _) {
      // Nobody interrupts it but the end of the process.
    } catch (Throwable e) {
      // Else who waits for messages would blame the bridge.
      failure = e;
    }
  }

  /// Why it reads no more.
  Optional<BrokerException> failure() {
    return switch (failure) {
      case null -> Optional.empty();
      case BrokerException e -> Optional.of(e);
      case Throwable e -> throw new IllegalStateException(e);
    };
  }

  /// What it has read is settled when this returns.
  @Override
  public void close() {
    isClosing = true;
    try {
      thread.join(CLOSING_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    flow.close();
  }
}
