package stripebridge.cli.messages;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Consumer;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Flow;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.broker.QueueMessage;

/// The messages of a queue, as many at a time as are there, so that what costs the same for one and
/// for many is done once for many. For one thread.
public abstract class Batches implements AutoCloseable {
  /// The most of one batch.
  private static final int MESSAGES_MAX = 1_000;

  private static final int BYTES_MAX = 8 * 1024 * 1024;

  /// The most that may be on its way to a flow, and the most that the client takes.
  private static final int WINDOW = 255;

  /// How soon a stop is noticed.
  private static final Duration SLICE = Duration.ofMillis(200);

  /// What the broker has sent is here by then; what is not goes back to the queue, marked.
  private static final Duration UNDERWAY_MAX = Duration.ofMillis(500);

  private final BooleanSupplier isStopped;

  private Batches(BooleanSupplier isStopped) {
    this.isStopped = isStopped;
  }

  /// Those messages that are wanted, by browsing: all others are left exactly as they are.
  public static Batches browsing(
      Session session, String queue, Predicate<QueueMessage> wanted, BooleanSupplier isStopped)
      throws BrokerException {
    return new Endless(session.browse(queue, WINDOW), false, wanted, isStopped);
  }

  /// All messages, by consuming.
  public static Batches consuming(Session session, String queue, BooleanSupplier isStopped)
      throws BrokerException {
    Consumer consumer = session.consume(queue, WINDOW, false);
    consumer.start();
    return new Endless(consumer, true, _ -> true, isStopped);
  }

  /// So many messages, by consuming: the broker never hands out more than are still wanted.
  public static Batches consuming(
      Session session, String queue, long most, BooleanSupplier isStopped) throws BrokerException {
    return new Counted(session, queue, most, isStopped);
  }

  /// The next messages, of which there are none when there were none for that long, or it was
  /// stopped. Those of the last batch are settled, or it is given up that they are, unless it
  /// [#runsAhead].
  ///
  /// @param most at most so many
  public abstract List<Delivery> next(long most, Duration wait)
      throws BrokerException, InterruptedException;

  /// Whether more may be asked for while the last batch is not settled yet, and on which thread it
  /// is settled does not matter.
  public abstract boolean runsAhead();

  @Override
  public abstract void close();

  boolean isStopped() {
    return isStopped.getAsBoolean();
  }

  /// What a flow hands out without end.
  private static final class Endless extends Batches {
    private final Flow flow;
    private final boolean runsAhead;
    private final Predicate<QueueMessage> wanted;

    Endless(
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

  /// What is pulled, a window at a time.
  private static final class Counted extends Batches {
    private final Session session;
    private final String queue;
    private long wanted;
    private int window;
    private int due;
    private int unsettled;
    private @Nullable Consumer consumer;

    Counted(Session session, String queue, long wanted, BooleanSupplier isStopped)
        throws BrokerException {
      super(isStopped);
      this.session = session;
      this.queue = queue;
      this.wanted = wanted;
      open();
    }

    private Consumer open() throws BrokerException {
      close();
      // Windows that come out even: to change it the flow has to be closed, which gives back what
      // is not settled.
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
        Delivery delivery = pulling.next(batch.isEmpty() ? shorter(wait) : UNDERWAY_MAX);
        if (delivery != null) {
          batch.add(new Unsettled(delivery));
          unsettled++;
          due--;
          wanted--;
        } else if (!batch.isEmpty() || System.nanoTime() - silentSince >= wait.toNanos()) {
          // The broker has no more now. What it gets later has to be asked for again.
          due = 0;
        }
      }
      return batch;
    }

    /// The flow that was asked for what is due.
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

    /// Tells when it is settled.
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

  /// How much of memory a message takes, nearly.
  public static long bytes(Delivery delivery) {
    var payload = delivery.message().content().payload();
    return (long) payload.content().length + payload.other().length;
  }
}
