package stripebridge.service.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;

/// HTTP/1.1 connections that end in time. Helidon by itself only closes idle ones: a client that
/// sends its headers or its body a byte a second would keep one for good.
final class WatchedConnections implements ServerConnectionSelector {
  // What a client may still send of a body that was not wanted.
  private static final long UNREAD_BYTES_MAX = 16L << 20;
  // A client may also wait for our end before it closes its own.
  private static final Duration LINGER_MAX = Duration.ofSeconds(1);
  private static final ScopedValue<Watched> CURRENT = ScopedValue.newInstance();

  private final Http1ConnectionSelector http1;
  private final Duration requestMax;
  private final Duration idleMax;

  WatchedConnections(Http1Config config, Duration requestMax, Duration idleMax) {
    this.http1 = Http1ConnectionSelector.builder().config(config).build();
    this.requestMax = requestMax;
    this.idleMax = idleMax;
  }

  /// Notes that the request at hand was answered before all of it was read.
  static void leaveUnread() {
    if (CURRENT.isBound()) {
      CURRENT.get().isUnread = true;
    }
  }

  /// A filter for all requests: a connection ends after the answer that says so. Helidon waits for
  /// the client to close it, and would take what is left of a body for the next request.
  static void endAfterLast(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    chain.proceed();
    if (response.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      throw new CloseConnectionException("the last answer of this connection is given");
    }
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new Watched(http1.connection(context), context.dataReader());
  }

  private final class Watched implements ServerConnection, InterruptableTask<Void> {
    private final ServerConnection http1;
    private final DataReader reader;

    /// Of the connection's own thread.
    private boolean isUnread;

    /// As of [System#nanoTime]; 0 while it does not linger.
    private volatile long lingersSince;

    Watched(ServerConnection http1, DataReader reader) {
      this.http1 = http1;
      this.reader = reader;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
      try {
        ScopedValue.where(CURRENT, this)
            .call(() -> {
              http1.handle(limit);
              return this;
            });
      } finally {
        linger();
      }
    }

    @Override
    @SuppressWarnings("removal") // Abstract as long as it is there.
    public void handle(Semaphore requestSemaphore) {
      throw new UnsupportedOperationException("only called with a limit");
    }

    /// Takes what the client still sends. A connection that is closed with something unread is
    /// reset, and with it what the client has not read of its answer.
    private void linger() {
      long taken = 0;
      lingersSince = System.nanoTime();
      try {
        while (isUnread && taken < UNREAD_BYTES_MAX) {
          reader.ensureAvailable();
          int available = reader.available();
          reader.skip(available);
          taken += available;
        }
      } catch (DataReader.InsufficientDataAvailableException | UncheckedIOException _) {
        // The client is done, or was too slow.
      }
    }

    /// Helidon has one limit for all. What a request, or lingering, may take less than an idle
    /// connection is added.
    @Override
    public Duration idleTime() {
      if (lingersSince != 0) {
        Duration lingering = Duration.ofNanos(System.nanoTime() - lingersSince);
        return lingering.plus(idleMax).minus(LINGER_MAX);
      }
      Duration since = http1.idleTime();
      return isBetweenRequests() ? since : since.plus(idleMax.minus(requestMax));
    }

    private boolean isBetweenRequests() {
      return canInterrupt();
    }

    /// Asked without force when it has been idle for too long, and when the server stops. Only
    /// force ends one that is within a request.
    @Override
    public void close(boolean interrupt) {
      http1.close(interrupt || idleTime().compareTo(idleMax) > 0);
    }

    @Override
    public boolean canInterrupt() {
      return http1 instanceof InterruptableTask<?> task && task.canInterrupt();
    }

    @Override
    public void run() {
      throw new UnsupportedOperationException("a connection is handled, not run");
    }
  }
}
