package stripebridge.cli.redrive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.messages.MessageFacts;
import stripebridge.cli.output.ProgressMeter;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Sender;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.broker.QueueMessage;
import stripebridge.core.broker.Refusal;

/// Publishes copies of messages. A message leaves its source only after the broker has acknowledged
/// its copy: after a kill at any moment it is at the source, at the destination, or at worst at
/// both.
final class Redriver {
  // Less than the client's window of 255.
  private static final int IN_FLIGHT_MAX = 200;

  // The broker's code when the user may not publish to the destination.
  private static final String NOT_PERMITTED = "PUBLISH_ACL_DENIED";

  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final CliContext context;
  private final RedriveRequest request;
  private final RedriveCounts counts = new RedriveCounts();
  private long number;

  private record Sent(Delivery delivery, long number, String topic) {}

  Redriver(CliContext context, RedriveRequest request) {
    this.context = context;
    this.request = request;
  }

  /// The messages so far.
  RedriveCounts counts() {
    return counts;
  }

  /// Counts what [#run] would do, and changes nothing.
  void count(RedriveSource source) throws BrokerException, InterruptedException, IOException {
    long seen = 0;
    while (seen < request.most() && !isStopped()) {
      List<Delivery> batch = source.next(request.most() - seen);
      if (batch.isEmpty()) {
        return;
      }
      seen += batch.size();
      for (Delivery each : batch) {
        MessageContent content = each.message().content();
        switch (Copy.of(content, request, source.from(each), context.clock().instant())) {
          case Copy.Ready ready -> counts.redriven(content, ready.topic());
          case Copy.Stays stays -> counts.stays(MessageFacts.name(each.message()), stays.reason());
        }
      }
    }
  }

  /// Redrives until the source is empty, the limit is reached, or a stop is requested.
  ///
  /// @param expected the expected number of messages, for the meter; 0 when unknown
  /// @throws BrokerException.Refused when the user may not publish to the destination
  void run(Session session, RedriveSource source, long expected)
      throws BrokerException, InterruptedException, IOException {
    CopyConfirms confirms = new CopyConfirms();
    Sender sender = session.sender(confirms);
    long started = System.nanoTime();
    long seen = 0;
    try (ProgressMeter meter = new ProgressMeter(context, "redriving", expected)) {
      while (seen < request.most() && !isStopped()) {
        List<Delivery> batch = source.next(Math.min(request.most() - seen, batchMax()));
        if (batch.isEmpty()) {
          break;
        }
        seen += batch.size();
        publish(sender, confirms, source, batch);
        meter.show(seen);
        pace(started, seen);
      }
    }
  }

  private long batchMax() {
    return request.perSecond() == 0
        ? Long.MAX_VALUE
        : Math.max(1, (long) (request.perSecond() / 10));
  }

  private void pace(long started, long seen) {
    if (request.perSecond() == 0) {
      return;
    }
    long due = started + (long) (seen * 1e9 / request.perSecond());
    while (System.nanoTime() < due && !isStopped()) {
      LockSupport.parkNanos(Math.min(SLICE_NANOS, Math.max(1, due - System.nanoTime())));
    }
  }

  private boolean isStopped() {
    return context.stop().isRequested();
  }

  private void publish(
      Sender sender, CopyConfirms confirms, RedriveSource source, List<Delivery> batch)
      throws BrokerException, InterruptedException, IOException {
    List<Sent> sent = new ArrayList<>();
    confirms.begin(number);
    BrokerException failure = null;
    try {
      send(sender, confirms, source, batch, sent);
    } catch (BrokerException.Unavailable e) {
      failure = e;
    }
    boolean _ = confirms.await(sent.size(), this::isStopped);
    BrokerException settled = settle(confirms, sent);
    source.flush();
    failure = settled != null ? settled : failure != null ? failure : confirms.lost();
    if (failure != null) {
      throw failure;
    }
  }

  private record ToSend(Delivery delivery, Copy.Ready copy) {}

  private void send(
      Sender sender,
      CopyConfirms confirms,
      RedriveSource source,
      List<Delivery> batch,
      List<Sent> sent)
      throws BrokerException, InterruptedException {
    List<ToSend> copies = new ArrayList<>();
    for (Delivery each : batch) {
      switch (Copy.of(
          each.message().content(), request, source.from(each), context.clock().instant())) {
        case Copy.Ready ready -> copies.add(new ToSend(each, ready));
        case Copy.Stays stays -> counts.stays(MessageFacts.name(each.message()), stays.reason());
      }
    }
    long lastNumber = number + copies.size() - 1;
    for (ToSend each : copies) {
      // With a full window the client would block, and not notice a stop.
      if (!confirms.await(sent.size() - IN_FLIGHT_MAX + 1, this::isStopped)) {
        return;
      }
      boolean isLast = number == lastNumber || (sent.size() + 1) % IN_FLIGHT_MAX == 0;
      try {
        sender.send(number, each.copy().content(), isLast);
        sent.add(new Sent(each.delivery(), number, each.copy().topic()));
        number++;
      } catch (BrokerException.Invalid e) {
        counts.stays(MessageFacts.name(each.delivery().message()), String.valueOf(e.getMessage()));
      }
    }
  }

  /// Acknowledges the messages whose copies the broker has, and counts the refused ones.
  ///
  /// @return the reason to end the redrive, if there is one
  private @Nullable BrokerException settle(CopyConfirms confirms, List<Sent> sent)
      throws BrokerException {
    BrokerException notPermitted = null;
    for (Sent each : sent) {
      QueueMessage message = each.delivery().message();
      Refusal refusal = confirms.refusal(each.number());
      if (confirms.isAcknowledged(each.number())) {
        each.delivery().acknowledge();
        counts.redriven(message.content(), each.topic());
      } else if (refusal != null) {
        counts.stays(
            MessageFacts.name(message),
            "the broker refused its copy: %s (%s)".formatted(refusal.detail(), refusal.code()));
        if (refusal.code().equals(NOT_PERMITTED)) {
          notPermitted =
              new BrokerException.Refused(
                  "cannot publish to %s: the broker said %s"
                      .formatted(
                          request.toQueue() == null
                              ? "topic '" + each.topic() + "'"
                              : "queue '" + request.toQueue() + "'",
                          refusal.detail()),
                  null);
        }
      } else if (confirms.lost() == null) {
        counts.stays(
            MessageFacts.name(message),
            "its copy was sent but not acknowledged; the broker may have it all the same");
      }
    }
    return notPermitted;
  }
}
