package stripebridge.cli.validate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import stripebridge.stripe.event.EventSpec;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.event.TestEvents;
import stripebridge.stripe.webhook.PostResult;
import stripebridge.stripe.webhook.WebhookPoster;
import stripebridge.stripe.webhook.WebhookSigner;

/// Posts the events of a validation and writes down how they were answered.
final class EventPoster {
  private final ValidateRequest setup;
  private final RunId run;
  private final WebhookPoster poster;
  private final InstantSource clock;
  private final ExpectedCounts ledger;
  private final TestEvents events;
  private final WebhookSigner signer;
  private final Map<String, Integer> onQueue = new HashMap<>();
  private int made;

  EventPoster(
      ValidateRequest setup,
      RunId run,
      WebhookPoster poster,
      InstantSource clock,
      ExpectedCounts ledger) {
    this.setup = setup;
    this.run = run;
    this.poster = poster;
    this.clock = clock;
    this.ledger = ledger;
    this.events = new TestEvents(run.name().hashCode());
    this.signer = new WebhookSigner(setup.secret());
  }

  /// An event that was posted.
  ///
  /// @param at when, by [System#nanoTime]
  /// @param ordinals how many of ours were to come into each of its queues by then, itself included
  record Posted(
      TypeCase wanted, TestEvent event, long at, PostResult result, Map<String, Integer> ordinals) {
    Posted {
      ordinals = Map.copyOf(ordinals);
    }

    /// Whether it was taken as a new one.
    boolean isTaken() {
      return result instanceof PostResult.Answered answered
          && answered.isAccepted()
          && !answered.duplicate();
    }

    /// Whether it was answered that it is held already.
    boolean isDuplicate() {
      return result instanceof PostResult.Answered answered
          && answered.isAccepted()
          && answered.duplicate();
    }

    /// How it was answered, one clause.
    String answer() {
      return EventPoster.answer(result);
    }
  }

  private static String answer(PostResult result) {
    return switch (result) {
      case PostResult.Unreachable(String reason, Duration _) -> "no answer: " + reason;
      case PostResult.Answered answered -> {
        String error = answered.error();
        yield "answered "
            + answered.status()
            + (answered.duplicate() ? " duplicate" : "")
            + (error == null ? "" : " " + error);
      }
    };
  }

  /// An event of a type, not posted yet.
  TestEvent make(TypeCase wanted) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return events.make(
        EventSpec.of(wanted.type(), now).withId(run.eventId(++made)).withAccount(setup.account()));
  }

  Posted post(TypeCase wanted, TestEvent event) throws InterruptedException {
    long at = System.nanoTime();
    PostResult result =
        poster.post(setup.webhooks(), event.body(), signer.header(event.body(), clock.instant()));
    note(wanted, result);
    return new Posted(wanted, event, at, result, onQueue);
  }

  Posted forge(TypeCase wanted, TestEvent event, Forgery forgery) throws InterruptedException {
    long at = System.nanoTime();
    byte[] body = event.body();
    PostResult result =
        poster.post(
            setup.webhooks(),
            forgery.body(body),
            forgery.header(setup.secret(), body, clock.instant()));
    note(wanted, result);
    return new Posted(wanted, event, at, result, onQueue);
  }

  private void note(TypeCase wanted, PostResult result) {
    if (!(result instanceof PostResult.Answered answered)) {
      return;
    }
    String error = Optional.ofNullable(answered.error()).orElse("");
    if (answered.isAccepted() && answered.duplicate()) {
      ledger.duplicate(wanted.type());
    } else if (answered.isAccepted()) {
      ledger.accepted(wanted.type(), wanted.topic());
      wanted.queues().forEach(queue -> onQueue.merge(queue, 1, Integer::sum));
    } else if (error.startsWith("signature_") || error.startsWith("timestamp_")) {
      ledger.refused();
    } else if (error.startsWith("inbox_")) {
      ledger.genuine(wanted.type());
    }
  }

  /// How many messages of ours have to come into each queue, of all that was posted.
  Map<String, Integer> onQueue() {
    return Map.copyOf(onQueue);
  }
}
