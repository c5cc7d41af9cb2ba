package stripebridge.sandbox.internal.semp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import stripebridge.sandbox.internal.broker.ActiveFaults;
import stripebridge.sandbox.internal.broker.BrokerManagement;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// Serves SEMP v2 over HTTP or HTTPS with one virtual thread per request. Limits the number of
/// concurrent requests and the size of a body.
///
/// As on a broker, a bad request gets 400 with a SEMP code in the envelope; 401 means unknown
/// credentials, 404 a path outside the APIs, 413 a body that is too large.
public final class SempServer implements AutoCloseable {

  private static final int BODY_BYTES_MAX = 1 << 20;
  private static final int ANSWERED_AT_ONCE_MAX = 64;

  private final HttpServer server;
  private final boolean isTls;
  private final Duration latency;
  private final Consumer<String> log;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore permits = new Semaphore(ANSWERED_AT_ONCE_MAX);
  private final Authentication authentication;
  private final ActiveFaults faults;
  private final ControlEndpoint control;
  private final ConfigApi config;
  private final MonitorApi monitor;
  private final ActionApi action;
  private final AboutApi about;

  private SempServer(
      HttpServer server,
      SempOptions options,
      BrokerManagement broker,
      ActiveFaults faults,
      SandboxControl control) {
    SempSchema shape = new SempSchema(options.version());
    this.server = server;
    this.isTls = options.tls().isPresent();
    this.latency = options.latency();
    this.log = options.log();
    this.authentication = new Authentication(options.users(), options.tokens());
    this.faults = faults;
    this.control = new ControlEndpoint(control);
    this.config = new ConfigApi(broker, shape);
    this.monitor = new MonitorApi(broker, shape, new LiveRows(broker, shape, options.clock()));
    this.action = new ActionApi(broker, shape, monitor);
    this.about = new AboutApi(shape);
  }

  /// Starts a server.
  ///
  /// @throws IOException when it cannot listen on the address; the message names it
  public static SempServer start(
      SempOptions options, BrokerManagement broker, ActiveFaults faults, SandboxControl control)
      throws IOException {
    HttpServer http = open(options);
    SempServer server = new SempServer(http, options, broker, faults, control);
    http.createContext("/", server::handle);
    http.setExecutor(server.threads);
    http.start();
    return server;
  }

  private static HttpServer open(SempOptions options) throws IOException {
    try {
      if (options.tls().isEmpty()) {
        return HttpServer.create(options.bind(), 0);
      }
      HttpsServer https = HttpsServer.create(options.bind(), 0);
      https.setHttpsConfigurator(new HttpsConfigurator(options.tls().get()));
      return https;
    } catch (BindException e) {
      throw new IOException(
          "cannot listen on %s:%d: %s"
              .formatted(
                  options.bind().getAddress().getHostAddress(),
                  options.bind().getPort(),
                  e.getMessage()),
          e);
    }
  }

  /// The port that the server listens on.
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean isControl = exchange.getRequestURI().getRawPath().startsWith(ControlEndpoint.BASE);
      if (!isControl) {
        // A request that is under way takes no permit.
        Thread.sleep(latency);
      }
      permits.acquire();
      try {
        if (isControl) {
          ControlEndpoint.Reply reply = control(exchange);
          send(exchange, reply.status(), reply.body());
        } else {
          SempResponse answer = answer(exchange);
          send(exchange, answer.status(), answer.body());
        }
      } finally {
        permits.release();
      }
    } catch (InterruptedException _) {
      // The server is closing, and the connection with it.
      Thread.currentThread().interrupt();
    }
  }

  /// Faults do not affect the endpoint that clears them.
  private ControlEndpoint.Reply control(HttpExchange exchange) throws IOException {
    Optional<ControlEndpoint.Reply> refusal =
        ControlEndpoint.refusal(exchange.getRemoteAddress().getAddress());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX);
    URI uri = exchange.getRequestURI();
    return control.answer(
        exchange.getRequestMethod(),
        uri.getRawPath(),
        uri.getRawQuery(),
        exchange.getRequestHeaders(),
        body);
  }

  private SempResponse answer(HttpExchange exchange) throws IOException, InterruptedException {
    Thread.sleep(faults.slowSempMillis());
    int failure = faults.nextSempFailure();
    if (failure != 0) {
      return refused(exchange, failure, SempCode.FAIL, "the sandbox was told to fail this request");
    }
    String path = exchange.getRequestURI().getRawPath();
    for (Api api : Api.values()) {
      if (path.startsWith(api.base() + "/")) {
        return answer(exchange, api, path);
      }
    }
    return refused(
        exchange,
        404,
        SempCode.INVALID_PATH,
        "there is nothing at %s; the APIs are at %s"
            .formatted(path, Arrays.stream(Api.values()).map(Api::base).toList()));
  }

  private SempResponse answer(HttpExchange exchange, Api api, String path) throws IOException {
    Optional<Authentication.Login> login = authentication.check(exchange.getRequestHeaders());
    if (login.isEmpty()) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"SEMP\"");
      return refused(exchange, 401, SempCode.UNAUTHORIZED, "no valid user or token");
    }
    login
        .get()
        .newSession()
        .ifPresent(id ->
            exchange
                .getResponseHeaders()
                .set("Set-Cookie", Authentication.COOKIE + "=" + id + "; path=/SEMP; HttpOnly"));
    byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
    if (body.length > BODY_BYTES_MAX) {
      return refused(
          exchange, 413, SempCode.FAIL, "the body is larger than " + BODY_BYTES_MAX + " bytes");
    }
    try {
      return dispatch(
          new Request(
              api,
              exchange.getRequestMethod(),
              origin(exchange),
              path,
              segments(path.substring(api.base().length() + 1)),
              Query.parse(exchange.getRequestURI().getRawQuery()),
              () -> Json.read(body),
              login.get().user()));
    } catch (RefusedException e) {
      return refused(exchange, 400, e.code(), e.description());
    } catch (RuntimeException e) {
      log.accept("semp %s failed: %s".formatted(describe(exchange), e));
      return refused(exchange, 500, SempCode.FAIL, "the sandbox failed: " + e);
    }
  }

  private SempResponse dispatch(Request request) {
    Resource resource = Resource.parse(request.segments());
    if (resource instanceof Resource.About(String what)) {
      return about.answer(request, what);
    }
    AccessCheck.check(request, resource);
    return switch (request.api()) {
      case CONFIG -> config.answer(request, resource);
      case MONITOR -> monitor.answer(request, resource);
      case ACTION -> action.answer(request, resource);
    };
  }

  /// A trailing slash makes no difference.
  private static List<String> segments(String path) {
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return List.of(trimmed.split("/", -1));
  }

  private SempResponse refused(
      HttpExchange exchange, int status, SempCode code, String description) {
    return SempResponse.refused(
        status,
        exchange.getRequestMethod(),
        origin(exchange) + exchange.getRequestURI().getRawPath(),
        code,
        description);
  }

  private String origin(HttpExchange exchange) {
    String host =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host"))
            .orElse("localhost:" + port());
    return (isTls ? "https://" : "http://") + host;
  }

  private static String describe(HttpExchange exchange) {
    URI uri = exchange.getRequestURI();
    return exchange.getRequestMethod() + " " + uri.getRawPath();
  }

  private void send(HttpExchange exchange, int status, Object json) throws IOException {
    if (status != 200 || !exchange.getRequestMethod().equals("GET")) {
      log.accept("semp %s status=%d".formatted(describe(exchange), status));
    }
    byte[] body = Json.write(json);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
