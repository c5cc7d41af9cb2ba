package stripebridge.service.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.inbox.Inbox;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.relay.RelayStatus;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.ServiceLog;
import stripebridge.service.telemetry.Trace;

/// The HTTP server: webhooks, and what operators ask, on one port or on two.
///
/// Started and closed once.
public final class WebhookServer implements AutoCloseable {
  private static final String WEBHOOKS = "/webhooks/stripe";
  private static final String ADMIN = "admin";
  private static final int HEADERS_BYTES_MAX = 16 << 10;
  private static final int PROLOGUE_BYTES_MAX = 4 << 10;
  private static final Duration OVERDUE_LOOK = Duration.ofSeconds(1);
  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<String> POSTING = Set.of("POST");

  private final WebServer server;
  private final WebhookHandler webhooks;
  private final StatusHandlers status;
  private final boolean hasAdminPort;

  private WebhookServer(
      WebServer server, WebhookHandler webhooks, StatusHandlers status, boolean hasAdminPort) {
    this.server = server;
    this.webhooks = webhooks;
    this.status = status;
    this.hasAdminPort = hasAdminPort;
  }

  /// What a server is made with.
  ///
  /// @param accountId of events that name none
  /// @param tls what both ports speak, if not plain HTTP
  public record Parts(
      HttpSettings settings,
      List<EndpointSecret> secrets,
      String accountId,
      HttpLimits limits,
      Optional<ServerTls> tls,
      Inbox inbox,
      Supplier<RelayStatus> relay,
      Metrics metrics,
      ServiceLog log,
      InboxClock clock) {}

  /// Listens.
  ///
  /// @throws ListenException when a port cannot be had
  public static WebhookServer start(Parts parts) throws ListenException {
    HttpSettings settings = parts.settings();
    ListenException.unlessFree(settings.host(), settings.port());
    if (settings.admin() instanceof HttpSettings.Admin.OwnPort(int port)) {
      ListenException.unlessFree(settings.host(), port);
    }
    InboxHealth health = new InboxHealth(parts.inbox(), parts.clock().steady());
    WebhookHandler webhooks = new WebhookHandler(parts, health);
    StatusHandlers status =
        new StatusHandlers(parts.relay(), health, parts.metrics(), parts.clock().steady());
    HttpRouting.Builder main = routing().any(WEBHOOKS, only(POSTING, webhooks));
    WebServerConfig.Builder builder = WebServer.builder().shutdownHook(false);
    listen(builder, parts.settings().port(), parts);
    if (parts.settings().admin() instanceof HttpSettings.Admin.OwnPort(int port)) {
      HttpRouting.Builder admin = routing();
      addStatus(admin, status);
      builder.putSocket(
          ADMIN,
          ListenerConfig.builder()
              .update(listener -> listen(listener, port, parts))
              .routing(admin)
              .build());
    } else {
      addStatus(main, status);
    }
    builder.routing(main);
    boolean hasAdminPort = parts.settings().admin() instanceof HttpSettings.Admin.OwnPort;
    return new WebhookServer(
        started(builder.build(), parts.settings()), webhooks, status, hasAdminPort);
  }

  private static WebServer started(WebServer server, HttpSettings settings) throws ListenException {
    WebServer started = server.start();
    if (!started.isRunning()) {
      throw ListenException.at(settings.host(), settings.port(), "the log says why");
    }
    return started;
  }

  private static HttpRouting.Builder routing() {
    return HttpRouting.builder().addFilter(WatchedConnections::endAfterLast);
  }

  private static void addStatus(HttpRouting.Builder routing, StatusHandlers status) {
    routing
        .any("/health", only(READING, status::health))
        .any("/ready", only(READING, status::ready))
        .any("/metrics", only(READING, status::metrics));
  }

  private static Handler only(Set<String> methods, Handler handler) {
    String allow = String.join(", ", methods.stream().sorted().toList());
    Answer refusal = Answer.error(405, "method_not_allowed", "Only " + allow + " is.");
    return (request, response) -> {
      if (methods.contains(request.prologue().method().text())) {
        handler.handle(request, response);
      } else {
        response.header(HeaderNames.ALLOW, allow);
        refusal.send(response);
      }
    };
  }

  private static void listen(ListenerConfig.BuilderBase<?, ?> listener, int port, Parts parts) {
    HttpLimits limits = parts.limits();
    Http1Config http1 =
        Http1Config.builder()
            .maxHeadersSize(HEADERS_BYTES_MAX)
            .maxPrologueLength(PROLOGUE_BYTES_MAX)
            .build();
    listener
        .host(parts.settings().host())
        .port(port)
        // Who reads a body counts for itself; this keeps a chunk from being larger.
        .maxPayloadSize(limits.bodyBytesMax())
        .maxConcurrentRequests(limits.requestsMax())
        .maxTcpConnections(limits.connectionsMax())
        .idleConnectionTimeout(limits.idleMax())
        .idleConnectionPeriod(OVERDUE_LOOK)
        .shutdownGracePeriod(limits.closingMax())
        .addConnectionSelector(new WatchedConnections(http1, limits.requestMax(), limits.idleMax()))
        .directHandlers(refusals(parts.log()));
    parts.tls().ifPresent(with -> listener.tls(with.tls()));
  }

  /// What Helidon refuses before a handler is asked, in the words of all other answers.
  private static DirectHandlers refusals(ServiceLog log) {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(type, new Refusals(log));
    }
    return handlers.build();
  }

  /// One for each kind, all alike.
  private record Refusals(ServiceLog log) implements DirectHandler {
    @Override
    public TransportResponse handle(
        TransportRequest request,
        EventType type,
        Status status,
        ServerResponseHeaders headers,
        String message) {
      WatchedConnections.leaveUnread();
      // Nobody of us was asked yet: what failed is the reading of the request.
      boolean isUnreadable = status.code() == Status.INTERNAL_SERVER_ERROR_500.code();
      return response(answer(isUnreadable ? Status.BAD_REQUEST_400 : status), headers);
    }

    @Override
    public TransportResponse handle(
        TransportRequest request,
        EventType type,
        Status status,
        ServerResponseHeaders headers,
        Throwable thrown,
        System.Logger logger) {
      if (status.code() >= 500 && status.code() != Status.SERVICE_UNAVAILABLE_503.code()) {
        log.log(LogEvent.BUG, "what", "a request failed", "trace", Trace.of(thrown));
      }
      if (status.code() != Status.NOT_FOUND_404.code()) {
        WatchedConnections.leaveUnread();
      }
      return response(answer(status), headers);
    }

    private static Answer answer(Status status) {
      return switch (status.code()) {
        case 404 -> Answer.error(404, "not_found", "There is " + WEBHOOKS + ", for POST.");
        case 413 -> WebhookHandler.TOO_LARGE;
        case 503 -> WebhookHandler.BUSY;
        case 500 -> Answer.error(500, "bug", "The service failed; its log says where.").last();
        default -> Answer.error(status.code(), "bad_request", status.reasonPhrase()).last();
      };
    }

    private static TransportResponse response(Answer answer, ServerResponseHeaders headers) {
      TransportResponse.Builder response =
          TransportResponse.builder().status(Status.create(answer.status())).headers(headers);
      response.header(HeaderNames.CONTENT_TYPE, "application/json");
      if (!answer.retryAfter().isZero()) {
        response.header(HeaderNames.RETRY_AFTER, Long.toString(answer.retryAfter().toSeconds()));
      }
      return response.keepAlive(!answer.isLast()).entity(answer.json()).build();
    }
  }

  /// The port of the webhooks.
  public int port() {
    return server.port();
  }

  /// The port of health, readiness and metrics.
  public int adminPort() {
    return hasAdminPort ? server.port(ADMIN) : server.port();
  }

  /// Answers webhooks with 503 from now on, and says that it is not ready.
  public void refuseWebhooks() {
    webhooks.stop();
    status.stop();
  }

  /// Lets what is being answered end, for a moment, and closes.
  @Override
  public void close() {
    server.stop();
  }
}
