package stripebridge.service.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.inbox.Inbox;
import stripebridge.relay.RelayStatus;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.secret.SecretUses;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.ServiceLog;
import stripebridge.service.telemetry.Trace;

/// The HTTP server for webhooks and for operators, on one port or two.
///
/// Started and closed once.
public final class WebhookServer implements AutoCloseable {
  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<String> POSTING = Set.of("POST");

  private final Listener main;
  private final Optional<Listener> admin;
  private final WebhookHandler webhooks;
  private final StatusHandlers status;

  private WebhookServer(
      Listener main, Optional<Listener> admin, WebhookHandler webhooks, StatusHandlers status) {
    this.main = main;
    this.admin = admin;
    this.webhooks = webhooks;
    this.status = status;
  }

  /// What the server needs.
  ///
  /// @param uses hears of each genuine webhook
  /// @param accountId for events that name no account
  /// @param tls for both ports; absent for plain HTTP
  public record Parts(
      HttpSettings settings,
      List<EndpointSecret> secrets,
      SecretUses uses,
      String accountId,
      HttpLimits limits,
      Optional<ServerTls> tls,
      Inbox inbox,
      Supplier<RelayStatus> relay,
      Metrics metrics,
      ServiceLog log,
      InboxClock clock) {}

  /// Starts to listen.
  ///
  /// @throws ListenException when a port cannot be opened
  public static WebhookServer start(Parts parts) throws ListenException {
    HttpSettings settings = parts.settings();
    InboxHealth health = new InboxHealth(parts.inbox(), parts.clock().steady());
    WebhookHandler webhooks = new WebhookHandler(parts, health);
    StatusHandlers status =
        new StatusHandlers(parts.relay(), health, parts.metrics(), parts.clock().steady());
    HttpRouting.Builder routing = routing().any(settings.webhookPath(), only(POSTING, webhooks));
    if (settings.admin() instanceof HttpSettings.Admin.SamePort) {
      addStatus(routing, status);
    }
    addNotFound(routing, settings);
    Listener main = Listener.bind(mainPort(parts), routing, refusals(parts));
    Optional<Listener> admin;
    try {
      admin = admin(parts, status);
    } catch (ListenException e) {
      main.close();
      throw e;
    }
    main.start();
    admin.ifPresent(Listener::start);
    return new WebhookServer(main, admin, webhooks, status);
  }

  private static Optional<Listener> admin(Parts parts, StatusHandlers status)
      throws ListenException {
    if (!(parts.settings().admin() instanceof HttpSettings.Admin.OwnPort(int port))) {
      return Optional.empty();
    }
    HttpRouting.Builder routing = routing();
    addStatus(routing, status);
    addNotFound(routing, parts.settings());
    return Optional.of(Listener.bind(adminPort(parts, port), routing, refusals(parts)));
  }

  private static Listener.Options mainPort(Parts parts) {
    HttpSettings settings = parts.settings();
    return new Listener.Options(
        "webhooks",
        settings.host(),
        settings.port(),
        parts.tls(),
        settings.proxy(),
        parts.limits(),
        true,
        parts.metrics(),
        parts.log());
  }

  private static Listener.Options adminPort(Parts parts, int port) {
    return new Listener.Options(
        "admin",
        parts.settings().host(),
        port,
        parts.tls(),
        new HttpSettings.Proxy.Unused(),
        parts.limits(),
        false,
        parts.metrics(),
        parts.log());
  }

  private static HttpRouting.Builder routing() {
    return HttpRouting.builder().addFilter(WebhookServer::endAfterLast);
  }

  /// Closes a connection after its last answer. Helidon alone waits for the client to close it.
  private static void endAfterLast(
      FilterChain chain, RoutingRequest request, RoutingResponse response) {
    chain.proceed();
    if (response.headers().contains(HeaderNames.CONNECTION)
        && response.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      throw new CloseConnectionException("the last answer of this connection is given");
    }
  }

  private static void addStatus(HttpRouting.Builder routing, StatusHandlers status) {
    routing
        .any("/health", forOperators(status::health))
        .any("/ready", forOperators(status::ready))
        .any("/metrics", forOperators(status::metrics));
  }

  /// Helidon's own answer waits for the request's body.
  private static void addNotFound(HttpRouting.Builder routing, HttpSettings settings) {
    JsonResponse answer = notFound(settings.webhookPath());
    routing.any((_, response) -> {
      Connection.current().logRefusal("not_found");
      answer.send(response);
    });
  }

  private static JsonResponse notFound(String webhookPath) {
    return JsonResponse.error(404, "not_found", "The only path is " + webhookPath + ", with POST.");
  }

  private static Handler forOperators(Handler handler) {
    Handler reading = only(READING, handler);
    return (request, response) -> {
      Connection.current().answersOperator();
      reading.handle(request, response);
    };
  }

  private static Handler only(Set<String> methods, Handler handler) {
    String allow = String.join(", ", methods.stream().sorted().toList());
    JsonResponse refusal =
        JsonResponse.error(
            405,
            "method_not_allowed",
            "Method not allowed; use " + allow.replace(", ", " or ") + ".");
    return (request, response) -> {
      if (methods.contains(request.prologue().method().text())) {
        handler.handle(request, response);
      } else {
        Connection.current().logRefusal("method_not_allowed");
        response.header(HeaderNames.ALLOW, allow);
        refusal.send(response);
      }
    };
  }

  /// Turns Helidon's refusals before a handler runs into our own answers.
  private static DirectHandlers refusals(Parts parts) {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(type, new Refusals(parts.log(), parts.settings().webhookPath()));
    }
    return handlers.build();
  }

  /// One handler per exception type; all do the same.
  private record Refusals(ServiceLog log, String webhookPath) implements DirectHandler {
    @Override
    public TransportResponse handle(
        TransportRequest request,
        EventType type,
        Status status,
        ServerResponseHeaders headers,
        String message) {
      // No handler of ours ran: reading the request failed.
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
      if (status.code() >= 500) {
        log.log(LogEvent.BUG, "what", "a request failed", "trace", Trace.of(thrown));
      }
      return response(answer(status), headers);
    }

    private JsonResponse answer(Status status) {
      JsonResponse answer = answerTo(status);
      if (answer.status() != Status.INTERNAL_SERVER_ERROR_500.code()) {
        Connection.current().logRefusal(status.code() == 404 ? "not_found" : "bad_request");
      }
      return answer;
    }

    private JsonResponse answerTo(Status status) {
      return switch (status.code()) {
        case 404 -> notFound(webhookPath);
        case 413 -> WebhookHandler.TOO_LARGE;
        case 500 ->
            JsonResponse.error(500, "bug", "The service failed. Its log has the details.").last();
        case 400 ->
            JsonResponse.error(
                    400,
                    "bad_request",
                    "The request is not valid HTTP/1.1: check its path, Host and other headers.")
                .last();
        default ->
            JsonResponse.error(status.code(), "bad_request", status.reasonPhrase() + ".").last();
      };
    }

    private static TransportResponse response(JsonResponse answer, ServerResponseHeaders headers) {
      TransportResponse.Builder response =
          TransportResponse.builder().status(Status.create(answer.status())).headers(headers);
      response.header(HeaderNames.CONTENT_TYPE, "application/json");
      return response.keepAlive(!answer.isLast()).entity(answer.json()).build();
    }
  }

  /// The next webhook is verified with these secrets.
  public void use(List<EndpointSecret> secrets) {
    webhooks.use(secrets);
  }

  /// The next handshake uses this certificate. The server must have had one from the start.
  public void use(ServerTls tls) {
    main.use(tls);
    admin.ifPresent(listener -> listener.use(tls));
  }

  /// The port for webhooks.
  public int port() {
    return main.port();
  }

  /// The port for health, readiness and metrics.
  public int adminPort() {
    return admin.orElse(main).port();
  }

  /// From now on answers webhooks with 503 and reports not ready.
  public void refuseWebhooks() {
    webhooks.stop();
    status.stop();
  }

  /// Gives running requests a moment to finish, then closes.
  @Override
  public void close() {
    main.close();
    admin.ifPresent(Listener::close);
  }
}
