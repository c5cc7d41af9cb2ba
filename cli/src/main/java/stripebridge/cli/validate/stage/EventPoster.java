package stripebridge.cli.validate.stage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import stripebridge.cli.validate.evidence.ExpectedCounts;
import stripebridge.cli.validate.evidence.RunId;
import stripebridge.stripe.event.EventSpec;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.event.TestEvents;
import stripebridge.stripe.webhook.PostResult;
import stripebridge.stripe.webhook.WebhookPoster;
import stripebridge.stripe.webhook.WebhookSigner;

/// Posts the events of a validation and records the answers.
public final class EventPoster {
  private final ValidateRequest request;
  private final RunId run;
  private final WebhookPoster poster;
  private final InstantSource clock;
  private final ExpectedCounts expectedCounts;
  private final TestEvents events;
  private final WebhookSigner signer;
  private final Map<String, Integer> onQueue = new HashMap<>();
  private int made;

  public EventPoster(
      ValidateRequest request,
      RunId run,
      WebhookPoster poster,
      InstantSource clock,
      ExpectedCounts expectedCounts) {
    this.request = request;
    this.run = run;
    this.poster = poster;
    this.clock = clock;
    this.expectedCounts = expectedCounts;
    this.events = new TestEvents(run.name().hashCode());
    this.signer = new WebhookSigner(request.secret());
  }

  /// A posted event, and its answer.
  ///
  /// @param at the time of the post, by [System#nanoTime]
  /// @param ordinals how many of our messages each queue should have by then, including this one
  record Posted(
      TypeCase typeCase,
      TestEvent event,
      long at,
      PostResult result,
      Map<String, Integer> ordinals) {
    Posted {
      ordinals = Map.copyOf(ordinals);
    }

    /// Whether it was accepted as new.
    boolean isAccepted() {
      return result instanceof PostResult.Answered answered
          && answered.isAccepted()
          && !answered.duplicate();
    }

    /// Whether it was reported as a duplicate.
    boolean isDuplicate() {
      return result instanceof PostResult.Answered answered
          && answered.isAccepted()
          && answered.duplicate();
    }

    /// The answer, in one clause.
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

  /// Makes an event without posting it.
  TestEvent make(TypeCase typeCase) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return events.make(
        EventSpec.of(typeCase.type(), now)
            .withId(run.eventId(++made))
            .withAccount(request.account()));
  }

  Posted post(TypeCase typeCase, TestEvent event) throws InterruptedException {
    long at = System.nanoTime();
    PostResult result =
        poster.post(request.webhooks(), event.body(), signer.header(event.body(), clock.instant()));
    note(typeCase, result);
    return new Posted(typeCase, event, at, result, onQueue);
  }

  Posted forge(TypeCase typeCase, TestEvent event, Forgery forgery) throws InterruptedException {
    long at = System.nanoTime();
    byte[] body = event.body();
    PostResult result =
        poster.post(
            request.webhooks(),
            forgery.body(body),
            forgery.header(request.secret(), body, clock.instant()));
    note(typeCase, result);
    return new Posted(typeCase, event, at, result, onQueue);
  }

  private void note(TypeCase typeCase, PostResult result) {
    if (!(result instanceof PostResult.Answered answered)) {
      return;
    }
    String error = Optional.ofNullable(answered.error()).orElse("");
    if (answered.isAccepted() && answered.duplicate()) {
      expectedCounts.duplicate(typeCase.type());
    } else if (answered.isAccepted()) {
      expectedCounts.accepted(typeCase.type(), typeCase.topic());
      typeCase.queues().forEach(queue -> onQueue.merge(queue, 1, Integer::sum));
    } else if (error.startsWith("signature_") || error.startsWith("timestamp_")) {
      expectedCounts.refused();
    } else if (error.startsWith("inbox_")) {
      expectedCounts.genuine(typeCase.type());
    }
  }

  /// How many of our messages each queue should have received.
  Map<String, Integer> onQueue() {
    return Map.copyOf(onQueue);
  }
}
