package stripebridge.cli.redrive;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.StopRequest.Listening;
import stripebridge.cli.messages.Batches;
import stripebridge.cli.messages.OtherConsumers;
import stripebridge.cli.messages.QueueDepth;
import stripebridge.cli.messages.QueueFailure;
import stripebridge.cli.output.ConfirmationPrompt;
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.OutputFormat;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess;
import stripebridge.core.broker.QueueAccess.Session;

/// One run of `redrive`: preview or confirm, lock the queue, publish, report.
final class RedriveRun {
  private final CliContext context;
  private final RedriveRequest request;
  private final OutputFormat format;
  private final QueueAccess broker;
  private final @Nullable BrokerAdmin semp;

  /// @param semp null when SEMP is not configured
  RedriveRun(
      CliContext context,
      RedriveRequest request,
      OutputFormat format,
      QueueAccess broker,
      @Nullable BrokerAdmin semp) {
    this.context = context;
    this.request = request;
    this.format = format;
    this.broker = broker;
    this.semp = semp;
  }

  /// Says what a redrive would do, and changes nothing.
  ExitCode preview() throws InterruptedException {
    try {
      RedriveCounts counts = counted();
      context
          .err()
          .println(
              counts.redriven() == 0
                  ? "nothing would be redriven"
                  : Counted.of(counts.redriven(), "message")
                      + " would be redriven; nothing was touched");
      RedriveText text = text(counts);
      text.print(format, /* isDone= */ false, context.out());
      text.printStayed(context.err());
      text.printWarning(context.err());
      return ExitCode.OK;
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private RedriveCounts counted() throws InterruptedException, IOException {
    Redriver redriver = new Redriver(context, request);
    Path file = request.file();
    try {
      if (file != null) {
        try (DrainedFile drained = DrainedFile.openReadOnly(file, request.selection())) {
          redriver.count(drained);
        }
      } else {
        try (Session session = broker.open();
            RedriveSource queue = browsed(session)) {
          redriver.count(queue);
        }
      }
    } catch (BrokerException e) {
      throw QueueFailure.of(e);
    }
    return redriver.counts();
  }

  /// Redrives, after the user has agreed.
  ExitCode redrive() throws InterruptedException {
    Redriver redriver = new Redriver(context, request);
    try {
      confirm();
      // From here on a stop ends the run with a report.
      try (Listening _ = context.stop().onRequest(() -> {});
          Session session = broker.open()) {
        if (request.file() == null) {
          lock(session);
        }
        try (RedriveSource source = source(session)) {
          try {
            redriver.run(session, source, expected());
          } finally {
            // However it ends: nothing else names these lines.
            printUnreadable(source);
          }
          report(redriver.counts());
          return ended(redriver.counts(), source);
        }
      }
    } catch (BrokerException e) {
      if (redriver.counts().redriven() > 0) {
        report(redriver.counts());
      }
      throw failure(e, redriver.counts());
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private void confirm() throws InterruptedException, IOException {
    if (request.yes()) {
      return;
    }
    ConfirmationPrompt.requireTerminal(
        context.terminal(), "messages of '" + request.from() + "' would be redriven", "pass --yes");
    RedriveCounts counts = counted();
    RedriveText text = text(counts);
    text.printTable(context.err());
    text.printStayed(context.err());
    text.printWarning(context.err());
    if (counts.redriven() > 0) {
      ConfirmationPrompt.requireYes(
          context, Counted.of(counts.redriven(), "message") + " will be redriven");
    }
  }

  /// Locks out a second redrive, and refuses where a consumer could process a message that is
  /// redriven too.
  private void lock(Session session) throws BrokerException, InterruptedException {
    boolean isRisky = !request.selection().isEverything() && !request.force();
    try {
      session.reserve("stripebridge-redrive/" + request.from());
    } catch (BrokerException.Conflict e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          "cannot redrive '%s': another redrive of it is running (%s)"
              .formatted(request.from(), e.getMessage()),
          "wait until it ends; one that was killed blocks for another minute");
    } catch (BrokerException.Refused e) {
      if (isRisky) {
        throw new CommandFailure(
            ExitCode.REFUSED,
            "cannot redrive '%s' by browsing: cannot lock out a second redrive: %s"
                .formatted(request.from(), e.getMessage()),
            "use the client username stripe-bridge-operator of topology.yaml, or pass --force");
      }
      // Consumers share a queue's messages: two redrives process each message once.
      context.err().println("note: a second redrive is not locked out: " + e.getMessage());
    }
    if (isRisky) {
      OtherConsumers.refuse(semp, request.from(), "redrive '" + request.from() + "' by browsing");
    }
  }

  private RedriveSource source(Session session) throws BrokerException, IOException {
    Path file = request.file();
    if (file != null) {
      return DrainedFile.open(file, request.selection());
    }
    return request.selection().isEverything()
        ? queue(
            Batches.consuming(session, request.from(), request.most(), context.stop()::isRequested))
        : browsed(session);
  }

  private RedriveSource browsed(Session session) throws BrokerException {
    return queue(
        Batches.browsing(
            session, request.from(), request.selection(), context.stop()::isRequested));
  }

  private RedriveSource queue(Batches batches) {
    return new RedriveSource.Queue(request.from(), batches, request.silence());
  }

  private long expected() throws InterruptedException {
    boolean isKnown = request.file() == null && request.selection().isEverything();
    return isKnown ? Math.max(0, Math.min(request.most(), depth())) : 0;
  }

  private long depth() throws InterruptedException {
    return QueueDepth.of(semp, request.from());
  }

  private void report(RedriveCounts counts) throws InterruptedException {
    RedriveText text = text(counts);
    text.printSummary(context.stop().isRequested(), context.err());
    text.print(format, /* isDone= */ true, context.out());
    text.printStayed(context.err());
    if (request.yes()) {
      // Else it was printed above the question.
      text.printWarning(context.err());
    }
  }

  private void printUnreadable(RedriveSource source) {
    if (source instanceof DrainedFile file) {
      file.unreadable().forEach(line -> context.err().println(line + "; it was skipped"));
    }
  }

  private ExitCode ended(RedriveCounts counts, RedriveSource source) throws InterruptedException {
    boolean hasUnreadable = false;
    if (source instanceof DrainedFile file) {
      hasUnreadable = !file.unreadable().isEmpty();
      if (file.doneBefore() > 0) {
        context
            .err()
            .println(Counted.of(file.doneBefore(), "message") + " had been redriven before");
      }
    } else if (counts.redriven() == request.most()) {
      printRest(depth());
    }
    if (context.stop().isRequested()) {
      return ExitCode.INTERRUPTED;
    }
    return counts.stayedCount() > 0 || hasUnreadable ? ExitCode.DIFFERENCES : ExitCode.OK;
  }

  private void printRest(long depth) {
    if (depth > 0) {
      context
          .err()
          .println(
              "%s still on '%s'; --count or --all redrives more"
                  .formatted(
                      Counted.of(depth, "message") + (depth == 1 ? " is" : " are"),
                      request.from()));
    }
  }

  private CommandFailure failure(BrokerException e, RedriveCounts counts) {
    if (e instanceof BrokerException.Refused && counts.stayedCount() > 0) {
      return new CommandFailure(
          ExitCode.REFUSED,
          String.valueOf(e.getMessage()),
          request.toQueue() == null
              ? "the ACL profile of SOLACE_USERNAME must allow publishing to the topic"
              : "the client username stripe-bridge-operator of topology.yaml may publish to queues:"
                  + " uncomment it, run 'stripebridge provision', and set SOLACE_USERNAME and"
                  + " SOLACE_PASSWORD");
    }
    return counts.redriven() == 0 ? QueueFailure.of(e) : QueueFailure.midway(e);
  }

  private CommandFailure unusable(IOException e) {
    return CommandFailure.usage(
        "cannot redrive '%s': %s"
            .formatted(
                request.from(), e instanceof NoSuchFileException ? "no such file" : e.getMessage()),
        null);
  }

  private RedriveText text(RedriveCounts counts) throws InterruptedException {
    AttractedQueues queues = AttractedQueues.read(request.toQueue() == null ? semp : null);
    return new RedriveText(request, queues, counts);
  }
}
