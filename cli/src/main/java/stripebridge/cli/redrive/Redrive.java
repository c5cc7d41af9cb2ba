package stripebridge.cli.redrive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.messages.MessageFacts;
import stripebridge.cli.output.Meter;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Sender;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.broker.Refusal;

/// Publishes copies of messages. Each is acknowledged on its source only after the broker has
/// acknowledged its copy: killed at any moment, it is on the source or where it goes to, or at
/// worst on both.
public final class Redrive {
  /// What the broker answers to who may not publish there.
  // Less than the client's window of 255.
  private static final int IN_FLIGHT_MAX = 200;

  private static final String NOT_PERMITTED = "PUBLISH_ACL_DENIED";

  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final CliContext context;
  private final RedriveRequest request;
  private final RedriveCounts tally = new RedriveCounts();
  private long number;

  private record Sent(Delivery delivery, long number, String topic) {}

  public Redrive(CliContext context, RedriveRequest request) {
    this.context = context;
    this.request = request;
  }

  /// What became of the messages so far.
  public RedriveCounts tally() {
    return tally;
  }

  /// What would become of them, with nothing touched.
  public void look(RedriveSource source) throws BrokerException, InterruptedException, IOException {
    long seen = 0;
    while (seen < request.most() && !isStopped()) {
      List<Delivery> batch = source.next(request.most() - seen);
      if (batch.isEmpty()) {
        return;
      }
      seen += batch.size();
      for (Delivery each : batch) {
        var content = each.message().content();
        switch (Copy.of(content, request, source.from(each), context.clock().instant())) {
          case Copy.Ready ready -> tally.redriven(content, ready.topic());
          case Copy.Stays stays -> tally.stays(MessageFacts.name(each.message()), stays.reason());
        }
      }
    }
  }

  /// Redrives until there is nothing left, there were as many as wanted, or it is stopped.
  ///
  /// @param expected how many there may be, for the meter; 0 when that is unknown
  /// @throws BrokerException.Refused when the user may not publish there
  public void run(Session session, RedriveSource source, long expected)
      throws BrokerException, InterruptedException, IOException {
    CopyAnswers answers = new CopyAnswers();
    Sender sender = session.sender(answers);
    long started = System.nanoTime();
    long seen = 0;
    try (Meter meter = new Meter(context, "redriving", expected)) {
      while (seen < request.most() && !isStopped()) {
        List<Delivery> batch = source.next(Math.min(request.most() - seen, batchMax()));
        if (batch.isEmpty()) {
          break;
        }
        seen += batch.size();
        publish(sender, answers, source, batch);
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
      Sender sender, CopyAnswers answers, RedriveSource source, List<Delivery> batch)
      throws BrokerException, InterruptedException, IOException {
    List<Sent> sent = new ArrayList<>();
    answers.begin(number);
    BrokerException failure = null;
    try {
      send(sender, answers, source, batch, sent);
    } catch (BrokerException.Unavailable e) {
      failure = e;
    }
    var _ = answers.await(sent.size(), this::isStopped);
    BrokerException settled = settle(answers, sent);
    source.flush();
    failure = settled != null ? settled : failure != null ? failure : answers.lost();
    if (failure != null) {
      throw failure;
    }
  }

  private record ToSend(Delivery delivery, Copy.Ready copy) {}

  private void send(
      Sender sender,
      CopyAnswers answers,
      RedriveSource source,
      List<Delivery> batch,
      List<Sent> sent)
      throws BrokerException, InterruptedException {
    List<ToSend> copies = new ArrayList<>();
    for (Delivery each : batch) {
      switch (Copy.of(
          each.message().content(), request, source.from(each), context.clock().instant())) {
        case Copy.Ready ready -> copies.add(new ToSend(each, ready));
        case Copy.Stays stays -> tally.stays(MessageFacts.name(each.message()), stays.reason());
      }
    }
    long lastNumber = number + copies.size() - 1;
    for (ToSend each : copies) {
      // With a full window the client would wait for ever, and hear no stop.
      if (!answers.await(sent.size() - IN_FLIGHT_MAX + 1, this::isStopped)) {
        return;
      }
      boolean isLast = number == lastNumber || (sent.size() + 1) % IN_FLIGHT_MAX == 0;
      try {
        sender.send(number, each.copy().content(), isLast);
        sent.add(new Sent(each.delivery(), number, each.copy().topic()));
        number++;
      } catch (BrokerException.Invalid e) {
        tally.stays(MessageFacts.name(each.delivery().message()), String.valueOf(e.getMessage()));
      }
    }
  }

  /// Acknowledges what the broker has, and notes what it refused.
  ///
  /// @return why it is no use to go on, if so
  private @Nullable BrokerException settle(CopyAnswers answers, List<Sent> sent)
      throws BrokerException {
    BrokerException notPermitted = null;
    for (Sent each : sent) {
      var message = each.delivery().message();
      Refusal refusal = answers.refusal(each.number());
      if (answers.isAcknowledged(each.number())) {
        each.delivery().acknowledge();
        tally.redriven(message.content(), each.topic());
      } else if (refusal != null) {
        tally.stays(
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
      } else if (answers.lost() == null) {
        tally.stays(
            MessageFacts.name(message),
            "its copy was sent and not answered: it may be on the broker nevertheless");
      }
    }
    return notPermitted;
  }
}
