package stripebridge.cli.drain;

import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;
import stripebridge.cli.StopRequest.Listening;
import stripebridge.cli.messages.OtherConsumers;
import stripebridge.cli.messages.QueueDepth;
import stripebridge.cli.messages.QueueFailure;
import stripebridge.cli.output.ConfirmationPrompt;
import stripebridge.cli.output.OutputFormat;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess;
import stripebridge.core.broker.QueueAccess.Session;

/// One run of `drain`: confirm, drain, report.
final class DrainRun {
  private final CliContext context;
  private final DrainRequest request;
  private final OutputFormat format;
  private final QueueAccess broker;
  private final @Nullable BrokerAdmin semp;
  private final DrainText text;

  /// @param semp null when SEMP is not configured
  DrainRun(
      CliContext context,
      DrainRequest request,
      OutputFormat format,
      QueueAccess broker,
      @Nullable BrokerAdmin semp) {
    this.context = context;
    this.request = request;
    this.format = format;
    this.broker = broker;
    this.semp = semp;
    this.text = new DrainText(request);
  }

  ExitCode drain() throws InterruptedException {
    long depth = QueueDepth.of(semp, request.queue());
    if (!request.yes() && !request.dryRun()) {
      ConfirmationPrompt.requireName(
          context, text.intent(depth), request.queue(), "the queue's name");
    }
    Drainer drainer = new Drainer(context, request);
    // From here on a stop ends the run with a report.
    try (Listening _ = context.stop().onRequest(() -> {});
        Session session = broker.open()) {
      if (request.isBrowsing() && !request.dryRun() && !request.force()) {
        OtherConsumers.refuse(semp, request.queue(), "drain '" + request.queue() + "' by browsing");
      }
      long expected = request.selection().isEverything() ? Math.min(request.most(), depth) : 0;
      drainer.run(session, expected);
    } catch (BrokerException e) {
      if (drainer.drained().total() == 0) {
        throw QueueFailure.of(e);
      }
      context.err().println(text.interrupted(drainer.drained()));
      text.print(drainer.drained(), format, context.out());
      throw QueueFailure.midway(e);
    }
    boolean isStopped = context.stop().isRequested();
    context.err().println(text.summary(drainer.drained(), isStopped));
    text.print(drainer.drained(), format, context.out());
    return isStopped ? ExitCode.INTERRUPTED : ExitCode.OK;
  }
}
