package stripebridge.cli.drain;

import java.io.IOException;
import java.util.List;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.messages.Batches;
import stripebridge.cli.messages.EventTypeCounts;
import stripebridge.cli.output.Meter;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Session;

/// Takes messages off a queue: each is safe in the file before it is acknowledged.
public final class Drain {
  private final CliContext context;
  private final DrainRequest request;
  private final EventTypeCounts drained = new EventTypeCounts();

  public Drain(CliContext context, DrainRequest request) {
    this.context = context;
    this.request = request;
  }

  /// What was drained so far, or would be.
  public EventTypeCounts drained() {
    return drained;
  }

  /// Drains until there is nothing left, there are as many as wanted, or it is stopped.
  ///
  /// @param expected how many there may be, for the meter; 0 when that is unknown
  /// @throws CommandFailure when the file cannot be written; what is not in it is on the queue
  public void run(Session session, long expected) throws BrokerException, InterruptedException {
    try (MessageSink sink = sink();
        Batches batches = batches(session);
        Settling settling = new Settling(written -> settle(sink, written));
        Meter meter = new Meter(context, request.dryRun() ? "counting" : "draining", expected)) {
      long begun = 0;
      while (begun < request.most() && !context.stop().isRequested()) {
        List<Delivery> batch = batches.next(request.most() - begun, request.silence());
        if (batch.isEmpty()) {
          break;
        }
        begun += batch.size();
        sink.write(batch);
        settling.add(batch);
        if (!batches.runsAhead()) {
          settling.await();
        }
        meter.show(drained.total());
      }
      settling.await();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /// Waits until messages are safe, then takes them off the queue.
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
    return request.most() == Long.MAX_VALUE
        ? Batches.consuming(session, request.queue(), context.stop()::isRequested)
        : Batches.consuming(session, request.queue(), request.most(), context.stop()::isRequested);
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
            ? "nothing was taken off the queue; name another file with --to"
            : "%,d messages are in it and off the queue, all others are on the queue: run it again"
                .formatted(drained.total()));
  }
}
