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
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.Table;
import stripebridge.cli.output.TerminalStream;
import stripebridge.cli.output.TerminalWidth;
import stripebridge.cli.output.Wrapped;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.broker.QueueMessage;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.problem.Quoted;

/// One run of `consume`. A message is acknowledged only after it is printed and flushed.
public final class ConsumeRun {
  // How soon Ctrl-C is noticed.
  private static final Duration STEP = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int WINDOW_MAX = 255;
  private static final String UNUSABLE =
      "'stripebridge queues' lists the queues and shows which are shut; a partitioned queue cannot"
          + " be browsed, only consumed with --ack";

  private final CliContext context;
  private final ConsumeRequest request;
  private final MessageFilter filter;
  private final MessageWriter writer;
  private long seen;
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
              context.terminal() ? TerminalWidth.of(context.environment()) : Table.UNLIMITED,
              TerminalStream.showsSymbols(context.out()));
    };
  }

  /// Shows or takes messages until there are enough, no more arrive, the output's reader is gone,
  /// or a stop is requested. Then prints the counts.
  ///
  /// @param statusQuery the queue's status, once SEMP has answered
  public ExitCode run(QueueAccess queues, Future<Optional<QueueStatus>> statusQuery) {
    Optional<QueueStatus> status = Optional.empty();
    try (Session session = queues.open()) {
      // Until here Ctrl-C ends the process at once.
      try (StopRequest.Listening _ = context.stop().onRequest(() -> {})) {
        try (Source source = source(session)) {
          announce();
          status = statusQuery.get();
          print(source, expected(status));
        }
      }
    } catch (BrokerException e) {
      // A stop can interrupt the client while it waits.
      if (!isStopped()) {
        throw failure(e);
      }
    } catch (InterruptedException _) {
      // A caller that runs the command on its own thread stops it by an interrupt.
      isInterrupted = true;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    close(status);
    return isStopped() && !request.follow() ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  /// Says what `--ack` does, instead of asking: the command takes no more than it prints.
  private void announce() {
    if (!request.acknowledged() && !request.follow()) {
      return;
    }
    String queue = Quoted.of(request.queue());
    String matching = filter.isEmpty() ? "" : "matching ";
    String what =
        request.follow()
            ? "waiting for " + matching + "messages from " + queue
            : "taking up to "
                + Counted.of(request.count(), matching + "message")
                + " from "
                + queue;
    Wrapped.lines(
            "", "  ", what + (request.acknowledged() ? "; each is removed once it is printed" : ""))
        .forEach(context.err()::println);
  }

  private boolean isStopped() {
    return isInterrupted || context.stop().isRequested();
  }

  private Source source(Session session) throws BrokerException {
    // A consumer would raise the delivery counts of messages that do not match.
    if (!request.acknowledged() || !filter.isEmpty()) {
      int window = filter.isEmpty() ? (int) Math.min(WINDOW_MAX, request.count()) : WINDOW_MAX;
      return new Source.Browsed(session.browse(request.queue(), window));
    }
    return new Source.Consumed(
        Batches.consuming(session, request.queue(), request.count(), this::isStopped));
  }

  /// How many messages the queue has for us. Waiting for more is in vain, unless the user asked to
  /// wait.
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

  private void print(Source source, long expected) throws BrokerException, InterruptedException {
    @Nullable Duration timeout = request.timeout();
    Duration max = timeout == null ? TIMEOUT : timeout;
    Duration waited = Duration.ZERO;
    while (shown < request.count() && seen < expected && !isClosed && !isStopped()) {
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
    // Messages that have arrived would go back to the queue marked as redelivered.
    for (Delivery left = rest(source); left != null; left = rest(source)) {
      show(left);
    }
  }

  private @Nullable Delivery rest(Source source) {
    return isClosed || shown >= request.count() ? null : source.rest();
  }

  private void show(Delivery delivery) throws BrokerException {
    QueueMessage message = delivery.message();
    seen++;
    if (!filter.test(message)) {
      return;
    }
    PrintStream out = context.out();
    writer.write(request.redacted() ? Redacted.of(message) : message, out);
    // checkError flushes.
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
    if (seen == 0) {
      return QueueFailure.of(failure, UNUSABLE);
    }
    // The error message says why it ended.
    new ClosingLines(request, Optional.empty(), seen, shown, true)
        .lines()
        .forEach(context.err()::println);
    return QueueFailure.midway(failure);
  }

  private void close(Optional<QueueStatus> status) {
    // A reader that closed the pipe has all it wanted.
    if (!isClosed) {
      new ClosingLines(request, status, seen, shown, isStopped())
          .lines()
          .forEach(context.err()::println);
    }
  }
}
