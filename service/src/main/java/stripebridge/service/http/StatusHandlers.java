package stripebridge.service.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import stripebridge.core.inbox.InboxLoss;
import stripebridge.relay.RelayStatus;
import stripebridge.service.telemetry.Metrics;

/// Answers operators, load balancers and Prometheus. Thread-safe.
final class StatusHandlers {
  private final Supplier<RelayStatus> relay;
  private final InboxHealth inbox;
  private final Metrics metrics;
  private final InstantSource clock;
  private final Instant startedAt;
  private volatile boolean isStopping;

  StatusHandlers(
      Supplier<RelayStatus> relay, InboxHealth inbox, Metrics metrics, InstantSource clock) {
    this.relay = relay;
    this.inbox = inbox;
    this.metrics = metrics;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  void stop() {
    isStopping = true;
  }

  /// Whether the process works or should be replaced.
  void health(ServerRequest request, ServerResponse response) {
    RelayStatus status = relay.get();
    long uptime = Math.max(0, Duration.between(startedAt, clock.instant()).toSeconds());
    List<String> dead = new ArrayList<>();
    if (inbox.hasDied()) {
      dead.add("inbox");
    }
    if (status.failure().isPresent()) {
      dead.add("relay");
    }
    JsonResponse.of(
            dead.isEmpty() ? 200 : 503,
            json -> {
              json.writeStringField("status", dead.isEmpty() ? "ok" : "failed");
              if (!dead.isEmpty()) {
                writeTexts(json, "down", dead);
              }
              json.writeNumberField("uptime_seconds", uptime);
            })
        .send(response);
  }

  /// Whether events get through. What the query parameter `exclude` names causes no 503.
  void ready(ServerRequest request, ServerResponse response) {
    ReadyExclusions exclusions = ReadyExclusions.of(request.query());
    if (!exclusions.unknown().isEmpty()) {
      exclusions.refusal().send(response);
      return;
    }
    RelayStatus status = relay.get();
    List<InboxLoss> losses = inbox.losses();
    List<String> down = down(status, losses);
    boolean isReady = exclusions.parts().containsAll(down);
    JsonResponse.of(
            isReady ? 200 : 503,
            json -> {
              json.writeStringField("status", isReady ? "ready" : "not_ready");
              if (!down.isEmpty()) {
                writeTexts(json, "down", down);
                writeCauses(json, status, losses);
              }
            })
        .send(response);
  }

  private List<String> down(RelayStatus status, List<InboxLoss> losses) {
    List<String> down = new ArrayList<>();
    if (!status.isConnected() || status.isStalled()) {
      down.add(ReadyExclusions.BROKER);
    }
    if (inbox.hasDied() || inbox.isAway() || status.isInboxAway()) {
      down.add(ReadyExclusions.INBOX);
    }
    if (!status.isAlive(clock.instant())) {
      down.add(ReadyExclusions.RELAY);
    }
    if (status.topicsHeld() > 0) {
      down.add(ReadyExclusions.TOPICS);
    }
    if (!losses.isEmpty()) {
      down.add(ReadyExclusions.LOSS);
    }
    if (isStopping) {
      down.add(ReadyExclusions.SERVICE);
    }
    return down;
  }

  private static void writeCauses(JsonGenerator json, RelayStatus status, List<InboxLoss> losses)
      throws IOException {
    if (status.topicsHeld() > 0) {
      json.writeNumberField("topics_held", status.topicsHeld());
      writeTopics(json, status.topicsHeldFirst());
    }
    if (!losses.isEmpty()) {
      json.writeNumberField("events_missing", losses.stream().mapToLong(InboxLoss::events).sum());
      json.writeNumberField("first_sequence", losses.getFirst().firstSequence());
      json.writeNumberField("last_sequence", losses.getLast().lastSequence());
    }
  }

  /// The names, and why each is held.
  private static void writeTopics(JsonGenerator json, List<RelayStatus.HeldTopic> topics)
      throws IOException {
    writeTexts(json, "topics", topics.stream().map(RelayStatus.HeldTopic::topic).toList());
    json.writeObjectFieldStart("topic_causes");
    for (RelayStatus.HeldTopic held : topics) {
      json.writeStringField(held.topic(), held.cause().code() + ": " + held.cause().detail());
    }
    json.writeEndObject();
  }

  private static void writeTexts(JsonGenerator json, String name, Iterable<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  void metrics(ServerRequest request, ServerResponse response) {
    // A header that is repeated counts as one (RFC 9110, 5.3).
    String accept = String.join(",", request.headers().values(HeaderNames.ACCEPT));
    Metrics.Page page = metrics.page(accept);
    response.header(HeaderNames.CONTENT_TYPE, page.contentType());
    response.header(HeaderNames.VARY, "Accept");
    response.send(page.text());
  }
}
