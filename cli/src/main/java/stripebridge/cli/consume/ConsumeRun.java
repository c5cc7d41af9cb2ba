package stripebridge.cli.consume;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.StopRequest;
import stripebridge.cli.messages.Batches;
import stripebridge.cli.messages.MessageFilter;
import stripebridge.cli.messages.QueueFailure;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.TerminalStream;
import stripebridge.cli.output.TerminalWidth;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.broker.QueueMessage;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.problem.Quoted;

/// One run of `consume`. A message is acknowledged only when it is written out and flushed.
public final class ConsumeRun {
  // How long a Ctrl-C may have to wait.
  private static final Duration STEP = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int WINDOW_MAX = 255;
  private static final String UNUSABLE =
      "'stripebridge queues' lists the queues, and which are shut; a partitioned one can only be"
          + " taken from, with --ack";

  private final CliContext context;
  private final ConsumeRequest request;
  private final MessageFilter filter;
  private final MessageWriter writer;
  private long looked;
  private long shown;
  private boolean isClosed;
  private boolean isInterrupted;

  public ConsumeRun(CliContext context, ConsumeRequest request) throws InterruptedException {
    this.context = context;
    this.request = request;
    filter = MessageFilter.of(request.filter());
    writer = writer();
  }

  private MessageWriter writer() throws InterruptedException {
    VisibleText visible = new VisibleText(context.out().charset());
    Ink ink = new Ink(context.color());
    return switch (request.format()) {
      case PRETTY -> new PrettyWriter(visible, ink, context.clock());
      case JSON -> new JsonWriter();
      case RAW -> new RawWriter();
      case TABLE ->
          new TableWriter(
              visible,
              ink,
              context.terminal() ? TerminalWidth.of(context.environment()) : TableWriter.UNLIMITED,
              TerminalStream.showsSymbols(context.out()));
    };
  }

  /// Shows or takes messages until there are enough, no more come, nobody reads them any more, or
  /// it is told to stop; and says how many there were.
  ///
  /// @param asked the queue's status, when the broker's administration has told it; it fails where
  ///   that cannot be
  public ExitCode run(QueueAccess queues, Future<Optional<QueueStatus>> asked) {
    Optional<QueueStatus> status = Optional.empty();
    try (Session session = queues.open()) {
      // Until here Ctrl-C ends all at once.
      try (StopRequest.Listening _ = context.stop().onRequest(() -> {})) {
        try (Source source = source(session)) {
          if (request.follow()) {
            context.err().println("waiting for messages of " + Quoted.of(request.queue()));
          }
          status = asked.get();
          hand(source, expected(status));
        }
      }
    } catch (BrokerException e) {
      // Stopping may interrupt what the client waits for.
      if (!isStopped()) {
        throw failure(e);
      }
    } catch (InterruptedException _) {
      // Whoever runs a command on a thread of theirs stops it so.
      isInterrupted = true;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    close(status);
    return isStopped() && !request.follow() ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  private boolean isStopped() {
    return isInterrupted || context.stop().isRequested();
  }

  private Source source(Session session) throws BrokerException {
    // A consumer flow would raise the delivery counts of all that does not match.
    if (!request.acknowledged() || !filter.isEmpty()) {
      int window = filter.isEmpty() ? (int) Math.min(WINDOW_MAX, request.count()) : WINDOW_MAX;
      return new Source.Looking(session.browse(request.queue(), window));
    }
    return new Source.Taking(
        Batches.consuming(session, request.queue(), request.count(), this::isStopped));
  }

  /// How many messages are there for us: whoever waits for more waits in vain, unless that was
  /// asked for.
  private long expected(Optional<QueueStatus> status) {
    if (request.timeout() != null || request.follow()) {
      return Long.MAX_VALUE;
    }
    boolean others = request.acknowledged() && filter.isEmpty();
    return status
        .filter(QueueStatus::counted)
        .map(queue -> queue.depth() - (others ? queue.unacknowledged() : 0))
        .orElse(Long.MAX_VALUE);
  }

  private void hand(Source source, long expected) throws BrokerException, InterruptedException {
    @Nullable Duration timeout = request.timeout();
    Duration max = timeout == null ? TIMEOUT : timeout;
    Duration waited = Duration.ZERO;
    while (shown < request.count() && looked < expected && !isClosed && !isStopped()) {
      Delivery delivery = source.next(STEP);
      if (delivery != null) {
        show(delivery);
        waited = Duration.ZERO;
      } else {
        waited = waited.plus(STEP);
        if (!request.follow() && waited.compareTo(max) >= 0) {
          break;
        }
      }
    }
    // They are ours already, and would go back marked as redelivered.
    for (Delivery left = rest(source); left != null; left = rest(source)) {
      show(left);
    }
  }

  private @Nullable Delivery rest(Source source) {
    return isClosed || shown >= request.count() ? null : source.rest();
  }

  private void show(Delivery delivery) throws BrokerException {
    QueueMessage message = delivery.message();
    looked++;
    if (!filter.test(message)) {
      return;
    }
    PrintStream out = context.out();
    writer.write(request.redacted() ? Redacted.of(message) : message, out);
    // Asking flushes.
    if (out.checkError()) {
      isClosed = true;
      return;
    }
    if (request.acknowledged()) {
      delivery.acknowledge();
    }
    shown++;
  }

  private CommandFailure failure(BrokerException failure) {
    if (looked == 0) {
      return QueueFailure.of(failure, UNUSABLE);
    }
    // Where it ends is told by the failure.
    new ClosingLines(request, Optional.empty(), looked, shown, true)
        .lines()
        .forEach(context.err()::println);
    return QueueFailure.midway(failure);
  }

  private void close(Optional<QueueStatus> status) {
    // Who closes the pipe has what they wanted.
    if (!isClosed) {
      new ClosingLines(request, status, looked, shown, isStopped())
          .lines()
          .forEach(context.err()::println);
    }
  }
}
