package stripebridge.service.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;
import stripebridge.core.event.StripeEvent;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.signature.SignatureVerifier;
import stripebridge.core.signature.Verdict;
import stripebridge.service.http.RequestHead.Refusal;
import stripebridge.service.secret.SecretUses;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.ServiceLog;

/// Answers webhooks: verifies the raw bytes, appends the event to the inbox, then answers 200.
/// Never answers 2xx for an event that is not stored. Thread-safe.
final class WebhookHandler implements Handler {
  private static final HeaderName SIGNATURE = HeaderNames.create("Stripe-Signature");
  private static final String ACCOUNT_PREFIX = "acct_";
  // The inbox drains at thousands a second unless a topic is held.
  private static final Duration FULL_RETRY = Duration.ofSeconds(5);
  private static final Duration STORE_RETRY = Duration.ofSeconds(10);
  private static final Duration BUSY_RETRY = Duration.ofSeconds(1);

  private static final JsonResponse STORED = stored(_ -> {});
  private static final JsonResponse DUPLICATE =
      stored(json -> json.writeBooleanField("duplicate", true));
  private static final JsonResponse CONFLICT =
      stored(json -> json.writeBooleanField("conflict", true));
  private static final JsonResponse ID_EXHAUSTED =
      JsonResponse.error(
              429,
              "id_conflicts",
              "Other events are stored under this event's id, and no further id is free.")
          .retryAfter(FULL_RETRY);
  private static final JsonResponse FULL =
      JsonResponse.error(429, "inbox_full", "The inbox is full (ASYNC_QUEUE_SIZE).")
          .retryAfter(FULL_RETRY);
  private static final JsonResponse NOT_STORED =
      JsonResponse.error(503, "inbox_unavailable", "The event could not be stored.")
          .retryAfter(STORE_RETRY);
  private static final JsonResponse STOPPING =
      JsonResponse.error(503, "stopping", "The service is stopping.").retryAfter(BUSY_RETRY).last();
  static final JsonResponse BUSY =
      JsonResponse.error(503, "busy", "Too many requests at once.").retryAfter(BUSY_RETRY).last();
  static final JsonResponse TOO_LARGE =
      JsonResponse.error(413, "body_too_large", "The body exceeds 1 MiB.").last();

  static final JsonResponse BROKEN =
      JsonResponse.error(400, "body_broken", "The body ended early.").last();

  private volatile SignatureVerifier verifier;
  private final SecretUses uses;
  private final Inbox inbox;
  private final InboxHealth health;
  private final String accountId;
  private final HttpLimits limits;
  private final Bodies bodies;
  private final Semaphore answering;
  private final Metrics metrics;
  private final ServiceLog log;
  private final InstantSource clock;
  private volatile boolean isStopping;

  WebhookHandler(WebhookServer.Parts parts, InboxHealth health) {
    this.metrics = parts.metrics();
    this.uses = parts.uses();
    this.verifier = verifier(parts.secrets());
    this.inbox = parts.inbox();
    this.health = health;
    this.accountId = parts.accountId();
    this.limits = parts.limits();
    this.bodies = new Bodies(limits.bodiesBytesMax());
    this.answering = new Semaphore(limits.requestsMax());
    this.log = parts.log();
    this.clock = parts.clock().wall();
  }

  private SignatureVerifier verifier(List<EndpointSecret> secrets) {
    metrics.beginSecrets(secrets);
    return new SignatureVerifier(secrets, SignatureVerifier.TOLERANCE);
  }

  /// The next webhook is verified with these secrets.
  void use(List<EndpointSecret> secrets) {
    verifier = verifier(secrets);
  }

  private static JsonResponse stored(JsonResponse.Fields more) {
    return JsonResponse.of(
        200,
        json -> {
          json.writeBooleanField("received", true);
          more.write(json);
        });
  }

  /// From now on refuses all webhooks.
  void stop() {
    isStopping = true;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    if (isStopping) {
      Connection.current().logRefusal("stopping");
      STOPPING.send(response);
      return;
    }
    JsonResponse answer;
    try (Bodies.Place place = bodies.place(Connection.current())) {
      answer =
          switch (read(request, place)) {
            case Body.Whole(byte[] bytes) -> answer(bytes, request);
            case Body.Refused(Refusal refusal) -> {
              Connection.current().logRefusal(refusal.code());
              yield refusal.answer();
            }
          };
    }
    answer.send(response);
  }

  private Body read(ServerRequest request, Bodies.Place place) {
    if (!request.content().hasEntity()) {
      return new Body.Whole(new byte[0]);
    }
    try {
      // Not closed: Helidon would read the rest, and a refused client should be told at once.
      InputStream in = request.content().inputStream();
      return Body.read(in, limits.bodyBytesMax(), place);
    } catch (CutException e) {
      return new Body.Refused(e.refusal());
    } catch (IOException | RuntimeException e) {
      // Helidon may have wrapped it.
      return new Body.Refused(
          e.getCause() instanceof CutException cut
              ? cut.refusal()
              : new Refusal(BROKEN, "body_broken", null));
    }
  }

  /// Counts only requests whose body is complete: a slow sender keeps nobody out.
  private JsonResponse answer(byte[] body, ServerRequest request) {
    if (!answering.tryAcquire()) {
      Connection.current().logRefusal("busy");
      return BUSY;
    }
    try {
      return answer(signature(request), body, request);
    } finally {
      answering.release();
    }
  }

  private static @Nullable String signature(ServerRequest request) {
    // A header that is repeated counts as one (RFC 9110, 5.3).
    return request.headers().contains(SIGNATURE)
        ? String.join(",", request.headers().get(SIGNATURE).allValues())
        : null;
  }

  private JsonResponse answer(@Nullable String signature, byte[] body, ServerRequest request) {
    Instant now = clock.instant();
    return switch (verifier.verify(signature, body, now)) {
      case Verdict.Genuine genuine -> {
        metrics.verified(genuine.signers(), now);
        uses.verified(genuine.signers(), now);
        yield store(genuine.secret(), body, now, request);
      }
      case Verdict.Refused refused -> {
        metrics.received(null);
        metrics.invalidSignature();
        log.logRefusal(
            LogEvent.WEBHOOK_REFUSED, refusal(refused.code(), refused.sentence(), request));
        yield JsonResponse.error(400, refused.code(), refused.sentence());
      }
    };
  }

  private JsonResponse store(
      EndpointSecret secret, byte[] body, Instant now, ServerRequest request) {
    return switch (EventReader.read(body)) {
      case EventReading.Identified(StripeEvent event) -> {
        metrics.received(event.type());
        yield store(received(event, secret, body, now));
      }
      case EventReading.Unidentified(String reason) -> {
        metrics.received(null);
        String sentence = "The body is signed but unreadable: " + reason + ".";
        // The sender knows a secret.
        log.log(LogEvent.WEBHOOK_REFUSED, refusal("event_unreadable", sentence, request));
        yield JsonResponse.error(400, "event_unreadable", sentence);
      }
    };
  }

  private ReceivedEvent received(
      StripeEvent event, EndpointSecret secret, byte[] body, Instant now) {
    String label = secret.label();
    String fallback = label != null && label.startsWith(ACCOUNT_PREFIX) ? label : accountId;
    return new ReceivedEvent(
        idOf(event),
        event.type(),
        event.objectId(),
        event.accountOr(fallback),
        now.truncatedTo(ChronoUnit.MILLIS),
        body);
  }

  /// Different events arrive under the placeholder id. Each is stored and published under an id of
  /// its own. A second delivery of one of them looks like another event.
  private static EventId idOf(StripeEvent event) {
    return event.id().isPlaceholder()
        ? new EventId(event.id() + "-" + UUID.randomUUID())
        : event.id();
  }

  private JsonResponse store(ReceivedEvent event) {
    try {
      Appended appended = inbox.append(event);
      health.worked();
      return switch (appended.outcome()) {
        case STORED -> {
          tell(LogEvent.WEBHOOK_STORED, event);
          yield STORED;
        }
        case DUPLICATE -> {
          metrics.processed(event.type().text(), Metrics.Status.DUPLICATE);
          tell(LogEvent.WEBHOOK_DUPLICATE, event);
          yield DUPLICATE;
        }
        case CONFLICT -> {
          metrics.processed(event.type().text(), Metrics.Status.PARKED);
          log.log(
              LogEvent.WEBHOOK_CONFLICT,
              "event_id",
              event.id(),
              "kept_as",
              appended.furtherId().map(EventId::text).orElse(""),
              "event_type",
              event.type(),
              "account",
              event.account(),
              "bytes",
              event.body().length);
          yield CONFLICT;
        }
        case ID_EXHAUSTED -> {
          tell(LogEvent.WEBHOOK_ID_EXHAUSTED, event);
          yield ID_EXHAUSTED;
        }
        case FULL -> {
          tell(LogEvent.WEBHOOK_INBOX_FULL, event);
          yield FULL;
        }
      };
    } catch (InboxException e) {
      health.failed(e);
      log.log(
          LogEvent.WEBHOOK_NOT_STORED,
          "event_id",
          event.id(),
          "event_type",
          event.type(),
          "cause",
          String.valueOf(e.getMessage()));
      return NOT_STORED;
    }
  }

  private void tell(LogEvent what, ReceivedEvent event) {
    log.log(
        what,
        "event_id",
        event.id(),
        "event_type",
        event.type(),
        "account",
        event.account(),
        "bytes",
        event.body().length);
  }

  private static Object[] refusal(String code, String sentence, ServerRequest request) {
    return new Object[] {"code", code, "reason", sentence, "remote", remote(request)};
  }

  private static String remote(ServerRequest request) {
    return request.remotePeer().host();
  }
}
