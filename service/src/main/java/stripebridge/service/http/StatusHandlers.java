package stripebridge.service.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
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
  // The relay's threads are active at least once a second, whatever is away.
  private static final Duration TURN_MAX = Duration.ofSeconds(30);

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
    if (!dead.isEmpty()) {
      JsonResponse.of(
              503,
              "{\"status\":\"failed\",\"down\":%s,\"uptime_seconds\":%d}"
                  .formatted(Json.texts(dead), uptime))
          .send(response);
    } else {
      JsonResponse.of(200, "{\"status\":\"ok\",\"uptime_seconds\":%d}".formatted(uptime))
          .send(response);
    }
  }

  /// Whether events get through.
  void ready(ServerRequest request, ServerResponse response) {
    RelayStatus status = relay.get();
    List<String> down = new ArrayList<>();
    if (!status.isConnected() || status.isStalled()) {
      down.add("broker");
    }
    if (inbox.hasDied() || inbox.isAway() || status.isInboxAway()) {
      down.add("inbox");
    }
    if (status.failure().isPresent()
        || Duration.between(status.lastTurn(), clock.instant()).compareTo(TURN_MAX) > 0) {
      down.add("relay");
    }
    if (status.topicsHeld() > 0) {
      down.add("topics");
    }
    List<InboxLoss> losses = inbox.losses();
    if (!losses.isEmpty()) {
      down.add("loss");
    }
    if (isStopping) {
      down.add("service");
    }
    if (down.isEmpty()) {
      JsonResponse.of(200, "{\"status\":\"ready\"}").send(response);
      return;
    }
    String topics =
        status.topicsHeld() == 0
            ? ""
            : ",\"topics_held\":%d,\"topics\":%s"
                .formatted(status.topicsHeld(), Json.texts(status.topicsHeldFirst()));
    JsonResponse.of(
            503,
            "{\"status\":\"not_ready\",\"down\":"
                + Json.texts(down)
                + topics
                + missing(losses)
                + "}")
        .send(response);
  }

  private static String missing(List<InboxLoss> losses) {
    return losses.isEmpty()
        ? ""
        : ",\"events_missing\":%d,\"first_sequence\":%d,\"last_sequence\":%d"
            .formatted(
                losses.stream().mapToLong(InboxLoss::events).sum(),
                losses.getFirst().firstSequence(),
                losses.getLast().lastSequence());
  }

  void metrics(ServerRequest request, ServerResponse response) {
    String accept = request.headers().first(HeaderNames.ACCEPT).orElse("");
    Metrics.Page page = metrics.page(accept);
    response.header(HeaderNames.CONTENT_TYPE, page.contentType());
    response.send(page.text());
  }
}
