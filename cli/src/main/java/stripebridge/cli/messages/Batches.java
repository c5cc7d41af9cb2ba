package stripebridge.cli.messages;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.Payload;
import stripebridge.core.broker.QueueAccess.Consumer;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Flow;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.broker.QueueMessage;

/// Reads the messages of a queue in batches of those that have arrived, so that work with a fixed
/// cost, such as a wait for the disk, is done once per batch. For one thread.
public abstract class Batches implements AutoCloseable {
  // The most messages of one batch.
  private static final int MESSAGES_MAX = 1_000;

  private static final int BYTES_MAX = 8 * 1024 * 1024;

  // The most messages in flight to one flow: the client's limit.
  private static final int WINDOW = 255;

  // How soon a stop is noticed.
  private static final Duration SLICE = Duration.ofMillis(200);

  // Messages that the broker has sent arrive within this time. Later ones go back to the queue,
  // marked as redelivered.
  private static final Duration IN_FLIGHT_MAX = Duration.ofMillis(500);

  private final BooleanSupplier isStopped;

  private Batches(BooleanSupplier isStopped) {
    this.isStopped = isStopped;
  }

  /// Browses for the wanted messages. All others stay exactly as they are.
  public static Batches browsing(
      Session session, String queue, Predicate<QueueMessage> wanted, BooleanSupplier isStopped)
      throws BrokerException {
    return new Unlimited(session.browse(queue, WINDOW), false, wanted, isStopped);
  }

  /// Consumes messages. With a limit the broker never delivers more than are still wanted.
  ///
  /// @param most `Long.MAX_VALUE` for all
  public static Batches consuming(
      Session session, String queue, long most, BooleanSupplier isStopped) throws BrokerException {
    if (most < Long.MAX_VALUE) {
      return new Limited(session, queue, most, isStopped);
    }
    Consumer consumer = session.consume(queue, WINDOW, false);
    consumer.start();
    return new Unlimited(consumer, true, _ -> true, isStopped);
  }

  /// The next messages; empty when none arrived for so long, or a stop was requested. Unless
  /// [#runsAhead], the messages of the last batch are settled by now, or will never be.
  ///
  /// @param most the most messages to return
  public abstract List<Delivery> next(long most, Duration wait)
      throws BrokerException, InterruptedException;

  /// Whether the next batch may be read before the last one is settled, and another thread may
  /// settle it.
  public abstract boolean runsAhead();

  @Override
  public abstract void close();

  boolean isStopped() {
    return isStopped.getAsBoolean();
  }

  /// Reads all messages that the flow delivers.
  private static final class Unlimited extends Batches {
    private final Flow flow;
    private final boolean runsAhead;
    private final Predicate<QueueMessage> wanted;

    Unlimited(
        Flow flow, boolean runsAhead, Predicate<QueueMessage> wanted, BooleanSupplier isStopped) {
      super(isStopped);
      this.flow = flow;
      this.runsAhead = runsAhead;
      this.wanted = wanted;
    }

    @Override
    public List<Delivery> next(long most, Duration wait)
        throws BrokerException, InterruptedException {
      List<Delivery> batch = new ArrayList<>();
      long bytes = 0;
      long silentSince = System.nanoTime();
      while (batch.size() < Math.min(most, MESSAGES_MAX) && bytes < BYTES_MAX && !isStopped()) {
        Delivery delivery = flow.next(batch.isEmpty() ? shorter(wait) : Duration.ZERO);
        if (delivery != null) {
          silentSince = System.nanoTime();
          if (wanted.test(delivery.message())) {
            batch.add(delivery);
            bytes += bytes(delivery);
          }
        } else if (!batch.isEmpty() || System.nanoTime() - silentSince >= wait.toNanos()) {
          break;
        }
      }
      return batch;
    }

    @Override
    public boolean runsAhead() {
      return runsAhead;
    }

    @Override
    public void close() {
      flow.close();
    }
  }

  /// Pulls messages, a window at a time.
  private static final class Limited extends Batches {
    private final Session session;
    private final String queue;
    private long wanted;
    private int window;
    private int due;
    private int unsettled;
    private @Nullable Consumer consumer;

    Limited(Session session, String queue, long wanted, BooleanSupplier isStopped)
        throws BrokerException {
      super(isStopped);
      this.session = session;
      this.queue = queue;
      this.wanted = wanted;
      open();
    }

    private Consumer open() throws BrokerException {
      close();
      // Equal windows: a change of the window closes the flow, which gives back unsettled messages.
      long pulls = (wanted - 1) / WINDOW + 1;
      window = (int) (wanted / pulls);
      Consumer opened = session.consume(queue, window, false);
      consumer = opened;
      return opened;
    }

    @Override
    public List<Delivery> next(long most, Duration wait)
        throws BrokerException, InterruptedException {
      List<Delivery> batch = new ArrayList<>();
      if (wanted == 0 || (window > wanted && unsettled > 0)) {
        return batch;
      }
      Consumer pulling = pulling();
      long silentSince = System.nanoTime();
      while (due > 0 && batch.size() < most && !(batch.isEmpty() && isStopped())) {
        if (batch.isEmpty() && unsettled == 0 && pulling.isPullLost()) {
          due = 0;
          pulling = pulling();
        }
        Delivery delivery = pulling.next(batch.isEmpty() ? shorter(wait) : IN_FLIGHT_MAX);
        if (delivery != null) {
          batch.add(new Unsettled(delivery));
          unsettled++;
          due--;
          wanted--;
        } else if (!batch.isEmpty() || System.nanoTime() - silentSince >= wait.toNanos()) {
          // The broker has no more now. Later messages need another pull.
          due = 0;
        }
      }
      return batch;
    }

    /// The flow, with a pull outstanding.
    private Consumer pulling() throws BrokerException {
      Consumer pulling = consumer == null || window > wanted ? open() : consumer;
      if (due == 0) {
        pulling.pull();
        due = window;
      }
      return pulling;
    }

    @Override
    public boolean runsAhead() {
      return false;
    }

    @Override
    public void close() {
      if (consumer != null) {
        consumer.close();
        consumer = null;
      }
    }

    /// Counts the delivery as unsettled until it is settled.
    private final class Unsettled implements Delivery {
      private final Delivery delivery;

      Unsettled(Delivery delivery) {
        this.delivery = delivery;
      }

      @Override
      public QueueMessage message() {
        return delivery.message();
      }

      @Override
      public void acknowledge() throws BrokerException {
        delivery.acknowledge();
        unsettled--;
      }

      @Override
      public void reject() throws BrokerException {
        delivery.reject();
        unsettled--;
      }
    }
  }

  private static Duration shorter(Duration wait) {
    return wait.compareTo(SLICE) < 0 ? wait : SLICE;
  }

  /// The approximate memory that a message takes.
  public static long bytes(Delivery delivery) {
    Payload payload = delivery.message().content().payload();
    return (long) payload.content().length + payload.other().length;
  }
}
