package stripebridge.cli.consume;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Consumer;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Session;

/// Takes as many messages as are wanted and leaves the others alone: the broker hands out none
/// beyond them, so that no delivery count is raised in vain.
final class Taking implements Source {
  // Few enough that Ctrl-C does not have to wait for what is already handed out.
  private static final int BATCH_MAX = 50;
  // Longer than an answer takes around the world: what comes later goes back to the queue, marked.
  private static final Duration ASK_AGAIN = Duration.ofMillis(500);
  // What the broker sent before it heard that nothing more is wanted.
  private static final Duration UNDERWAY_MAX = Duration.ofMillis(100);

  private final Session session;
  private final String queue;
  private long wanted;
  private @Nullable Consumer consumer;
  private int window;
  private int due;
  private Duration idle = Duration.ZERO;

  /// Binds to the queue; asks for nothing yet.
  ///
  /// @param wanted how many at most, from 1
  Taking(Session session, String queue, long wanted) throws BrokerException {
    this.session = session;
    this.queue = queue;
    this.wanted = wanted;
    open();
  }

  @Override
  public @Nullable Delivery next(Duration wait) throws BrokerException, InterruptedException {
    if (wanted == 0) {
      return null;
    }
    if (due == 0 || idle.compareTo(ASK_AGAIN) >= 0) {
      ask();
    }
    Delivery delivery = received(wait);
    idle = delivery == null ? idle.plus(wait) : Duration.ZERO;
    return delivery;
  }

  @Override
  public @Nullable Delivery rest() throws BrokerException, InterruptedException {
    return due == 0 ? null : received(UNDERWAY_MAX);
  }

  private @Nullable Delivery received(Duration wait) throws BrokerException, InterruptedException {
    Delivery delivery = consumer == null ? null : consumer.next(wait);
    if (delivery != null) {
      due--;
      wanted--;
    }
    return delivery;
  }

  private void ask() throws BrokerException {
    // A window counts from the last message that came, so what is still due counts within it.
    if (consumer == null || window > wanted) {
      open();
    }
    if (consumer != null) {
      consumer.pull();
    }
    due = window;
    idle = Duration.ZERO;
  }

  private void open() throws BrokerException {
    close();
    window = (int) Math.min(BATCH_MAX, wanted);
    consumer = session.consume(queue, window, false);
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close();
      consumer = null;
    }
  }
}
