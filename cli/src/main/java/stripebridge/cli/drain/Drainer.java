package stripebridge.cli.drain;

import java.io.IOException;
import java.util.List;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.messages.Batches;
import stripebridge.cli.messages.EventTypeCounts;
import stripebridge.cli.output.ProgressMeter;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Session;

/// Takes messages off a queue. Each is on the disk before it is acknowledged.
final class Drainer {
  // Encoding takes as long as receiving, so each has its thread. The receiver is a little faster:
  // what it is ahead only fills the heap.
  private static final int UNWRITTEN_MAX = 500;
  // What is written during one wait for the disk. After a kill it is both in the queue and in the
  // file.
  private static final int UNSETTLED_MAX = 4_000;

  private final CliContext context;
  private final DrainRequest request;
  private final EventTypeCounts drained = new EventTypeCounts();

  Drainer(CliContext context, DrainRequest request) {
    this.context = context;
    this.request = request;
  }

  /// What was drained so far; in a dry run, what would be drained.
  EventTypeCounts drained() {
    return drained;
  }

  /// Drains until the queue is empty, the limit is reached, or a stop is requested.
  ///
  /// @param expected the expected number of messages, for the meter; 0 when unknown
  /// @throws CommandFailure when the file cannot be written; messages that are not in it are still
  ///   in the queue
  void run(Session session, long expected) throws BrokerException, InterruptedException {
    try (MessageSink sink = sink();
        Batches batches = batches(session);
        Stage settler = new Stage("settler", UNSETTLED_MAX, written -> settle(sink, written));
        Stage writer =
            new Stage(
                "writer",
                UNWRITTEN_MAX,
                received -> {
                  sink.write(received);
                  settler.add(received);
                });
        ProgressMeter meter =
            new ProgressMeter(context, request.dryRun() ? "counting" : "draining", expected)) {
      long taken = 0;
      while (taken < request.most() && !context.stop().isRequested()) {
        List<Delivery> batch = batches.next(request.most() - taken, request.silence());
        if (batch.isEmpty()) {
          break;
        }
        taken += batch.size();
        writer.add(batch);
        if (!batches.runsAhead()) {
          awaitSettled(writer, settler);
        }
        meter.show(drained.total());
      }
      awaitSettled(writer, settler);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static void awaitSettled(Stage writer, Stage settler)
      throws IOException, BrokerException, InterruptedException {
    writer.await();
    settler.await();
  }

  /// Waits until the messages are on the disk, then removes them from the queue.
  private void settle(MessageSink sink, List<Delivery> written)
      throws IOException, BrokerException {
    sink.force();
    for (Delivery each : written) {
      if (!request.dryRun()) {
        each.acknowledge();
      }
      drained.add(each.message().content());
    }
  }

  private Batches batches(Session session) throws BrokerException {
    if (request.isBrowsing()) {
      return Batches.browsing(
          session, request.queue(), request.selection(), context.stop()::isRequested);
    }
    return Batches.consuming(session, request.queue(), request.most(), context.stop()::isRequested);
  }

  private MessageSink sink() throws IOException {
    return request.to() == null || request.dryRun()
        ? MessageSink.NOWHERE
        : new MessageSink.JsonLines(request.to(), request.queue(), context.clock().instant());
  }

  private CommandFailure unwritable(IOException failure) {
    boolean isUntouched = drained.total() == 0;
    return new CommandFailure(
        isUntouched ? ExitCode.USAGE : ExitCode.DIFFERENCES,
        "cannot write to '%s': %s".formatted(request.to(), failure.getMessage()),
        isUntouched
            ? "nothing was taken from the queue; name another file with --to"
            : "%,d messages were moved to it; all others are still in the queue: run it again"
                .formatted(drained.total()));
  }
}
