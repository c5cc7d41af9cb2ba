package stripebridge.service.http;

import io.helidon.common.context.Context;
import io.helidon.http.Status;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import stripebridge.core.config.HttpSettings;
import stripebridge.service.http.ConnectionTable.Phase;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.ServiceLog;
import stripebridge.service.telemetry.Trace;

/// One port. It accepts connections, evicts one when there are too many, and closes those that take
/// too long. Thread-safe.
final class Listener implements AutoCloseable {
  // A burst waits here and not in the client, which would retry only a second later.
  private static final int BACKLOG = 1_024;
  private static final Duration LOOK = Duration.ofMillis(500);
  // When file descriptors run out, wait a moment for one to be closed.
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(50);
  // RequestStream has lower limits of its own and answers as we do.
  private static final int HELIDON_BYTES_MAX = 2 * HeadReader.BYTES_MAX;

  private final Options options;
  private final ClientSocket.Server server;
  private final Router router;
  private final ExecutorService threads;
  private final ListenerContext context;
  private final Http1ConnectionSelector http1;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition hasLeft = lock.newCondition();
  private final ConnectionTable<Connection> table;
  // Includes connections that were told to go.
  private final Set<Connection> open = new HashSet<>();
  private volatile Optional<ServerTls> tls;
  private volatile boolean isStopping;

  /// How to open a port.
  ///
  /// @param name for its threads
  /// @param proxy the header that connections begin with
  /// @param isCounted whether answers are counted, except those to operators
  /// @param refusals logs requests whose head is refused
  record Options(
      String name,
      String host,
      int port,
      Optional<ServerTls> tls,
      HttpSettings.Proxy proxy,
      HttpLimits limits,
      boolean isCounted,
      Refusals refusals,
      Metrics metrics,
      ServiceLog log) {}

  private Listener(
      Options options,
      ClientSocket.Server server,
      HttpRouting.Builder routing,
      DirectHandlers refusals,
      ExecutorService threads) {
    this.options = options;
    this.tls = options.tls();
    this.threads = threads;
    this.server = server;
    this.router = Router.builder().addRouting(routing).build();
    this.table = new ConnectionTable<>(options.limits().connectionsMax());
    this.context =
        new Lent(
            Context.create(),
            MediaContext.create(),
            ContentEncodingContext.create(),
            refusals,
            ListenerConfig.builder()
                .maxPayloadSize(options.limits().bodyBytesMax())
                .directHandlers(refusals)
                .buildPrototype(),
            threads);
    this.http1 =
        Http1ConnectionSelector.builder()
            .config(
                Http1Config.builder()
                    .maxHeadersSize(HELIDON_BYTES_MAX)
                    .maxPrologueLength(HELIDON_BYTES_MAX)
                    .addSendListener(new Counting())
                    .build())
            .build();
  }

  /// What Helidon's connections need from their listener.
  private record Lent(
      Context context,
      MediaContext mediaContext,
      ContentEncodingContext contentEncodingContext,
      DirectHandlers directHandlers,
      ListenerConfig config,
      ExecutorService executor)
      implements ListenerContext {}

  private static final class Counting implements Http1ConnectionListener {
    @Override
    public void status(ConnectionContext connection, Status status) {
      if (connection instanceof Connection ours) {
        ours.answered(status.code());
      }
    }
  }

  /// Binds the port. It answers nobody until [#start].
  ///
  /// @throws ListenException when the port cannot be bound
  static Listener bind(Options options, HttpRouting.Builder routing, DirectHandlers refusals)
      throws ListenException {
    return bind(options, routing, refusals, Executors.newVirtualThreadPerTaskExecutor());
  }

  /// @param threads run one connection each; closed with the listener
  static Listener bind(
      Options options,
      HttpRouting.Builder routing,
      DirectHandlers refusals,
      ExecutorService threads)
      throws ListenException {
    InetSocketAddress address = new InetSocketAddress(options.host(), options.port());
    if (address.isUnresolved()) {
      throw ListenException.at(options.host(), options.port(), ListenException.NO_SUCH_HOST);
    }
    try {
      ClientSocket.Server server = new ClientSocket.Server();
      try {
        server.bind(address, BACKLOG);
        return new Listener(options, server, routing, refusals, threads);
      } catch (IOException e) {
        server.close();
        throw e;
      }
    } catch (IOException e) {
      throw ListenException.at(options.host(), options.port(), String.valueOf(e.getMessage()));
    }
  }

  void start() {
    router.beforeStart();
    Thread.ofPlatform().daemon().name("http-" + options.name()).start(this::accept);
    Thread.ofVirtual().name("http-" + options.name() + "-watch").start(this::watch);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!isStopping) {
      ClientSocket socket;
      try {
        socket = server.accept();
      } catch (IOException e) {
        if (!isStopping) {
          options
              .log()
              .logRefusal(
                  LogEvent.REQUEST_REFUSED, "code", "not_accepted", "cause", String.valueOf(e));
          yieldOne();
          LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
        }
        continue;
      }
      try {
        socket.setTcpNoDelay(true);
        enter(new Connection(this, socket));
      } catch (IOException _) {
        // It is gone already.
        closeQuietly(socket);
      } catch (RuntimeException | Error e) {
        // Whatever went wrong, the port must keep accepting.
        closeQuietly(socket);
        options.log().log(LogEvent.BUG, "what", "cannot accept", "trace", Trace.of(e));
      }
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed anyway.
    }
  }

  /// Admits and runs a connection if there is room or another one can be evicted.
  void enter(Connection connection) {
    ConnectionTable.Entry<Connection> entry;
    lock.lock();
    try {
      entry = table.enter(connection);
      if (entry.isLetIn()) {
        open.add(connection);
      }
    } finally {
      lock.unlock();
    }
    entry.leaves().ifPresent(longest -> longest.end(Connection.End.TOO_MANY));
    if (entry.isLetIn()) {
      boolean hasBegun = false;
      try {
        threads.execute(connection);
        hasBegun = true;
      } finally {
        if (!hasBegun) {
          // Otherwise it would keep its slot forever.
          leaves(connection);
        }
      }
    } else {
      options
          .log()
          .logRefusal(
              LogEvent.REQUEST_REFUSED,
              "code",
              "too_many_connections",
              "remote",
              connection.remotePeer().host());
      connection.closeNow();
    }
  }

  private void yieldOne() {
    Optional<Connection> longest;
    lock.lock();
    try {
      longest = table.yieldOne();
    } finally {
      lock.unlock();
    }
    longest.ifPresent(connection -> connection.end(Connection.End.TOO_MANY));
  }

  /// Notes what a connection does now, unless it has been told to go.
  boolean moves(Connection connection, Phase phase) {
    lock.lock();
    try {
      return table.moves(connection, phase);
    } finally {
      lock.unlock();
    }
  }

  void leaves(Connection connection) {
    lock.lock();
    try {
      table.leave(connection);
      open.remove(connection);
      hasLeft.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void watch() {
    while (!isStopping) {
      LockSupport.parkNanos(LOOK.toNanos());
      long now = System.nanoTime();
      all().forEach(connection -> connection.look(now));
    }
  }

  private List<Connection> all() {
    lock.lock();
    try {
      return new ArrayList<>(open);
    } finally {
      lock.unlock();
    }
  }

  boolean isStopping() {
    return isStopping;
  }

  /// Notes that an answer was written.
  ///
  /// @param isToOperator whether it went to an operator, a balancer or Prometheus
  void answered(int status, boolean isToOperator) {
    if (options.isCounted() && !isToOperator) {
      options.metrics().answered(status);
    }
  }

  /// A TLS handshake failed.
  void tlsFailed() {
    if (options.isCounted()) {
      options.metrics().tlsFailed();
    }
  }

  ServerConnection http1(ConnectionContext connection) {
    return http1.connection(connection);
  }

  ListenerContext context() {
    return context;
  }

  Router router() {
    return router;
  }

  String name() {
    return options.name();
  }

  Optional<ServerTls> tls() {
    return tls;
  }

  /// The next handshake uses this certificate.
  void use(ServerTls next) {
    tls = Optional.of(next);
  }

  Refusals refusals() {
    return options.refusals();
  }

  HttpSettings.Proxy proxy() {
    return options.proxy();
  }

  Metrics metrics() {
    return options.metrics();
  }

  ServiceLog log() {
    return options.log();
  }

  int bodyBytesMax() {
    return options.limits().bodyBytesMax();
  }

  Duration requestMax() {
    return options.limits().requestMax();
  }

  Duration stallMax() {
    return options.limits().stallMax();
  }

  Duration idleMax() {
    return options.limits().idleMax();
  }

  /// Stops accepting, gives running requests a moment to finish, and closes the rest.
  @Override
  public void close() {
    isStopping = true;
    try {
      server.close();
    } catch (IOException _) {
      // It is closed anyway.
    }
    all().forEach(Connection::endIfIdle);
    awaitNone();
    all().forEach(Connection::closeNow);
    threads.shutdownNow();
    router.afterStop();
  }

  private void awaitNone() {
    long left = options.limits().closingMax().toNanos();
    lock.lock();
    try {
      while (left > 0 && !open.isEmpty()) {
        left = hasLeft.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
