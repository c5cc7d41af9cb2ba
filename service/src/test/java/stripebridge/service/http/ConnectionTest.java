package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.LogSettings;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.testing.DesignRoutes;
import stripebridge.service.http.ConnectionTable.Phase;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.ServiceLog;

/// What a connection does when it is evicted or cannot start. A connection runs only where a test
/// runs it.
class ConnectionTest {
  private final Held threads = new Held();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final ServiceLog log =
      new ServiceLog(
          new LogSettings(LogLevel.INFO, LogFormat.JSON), logged, InstantSource.system());
  private final List<Socket> clients = new ArrayList<>();
  private ClientSocket.Server server;
  private Listener listener;

  /// Threads that never start.
  private static final class Held extends AbstractExecutorService {
    private boolean isRefusing;
    private boolean isShutdown;

    @Override
    public void execute(Runnable task) {
      if (isRefusing) {
        throw new OutOfMemoryError("no thread");
      }
    }

    @Override
    public void shutdown() {
      isShutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      isShutdown = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return isShutdown;
    }

    @Override
    public boolean isTerminated() {
      return isShutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return isShutdown;
    }
  }

  @BeforeEach
  void open() throws Exception {
    server = new ClientSocket.Server();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    HttpLimits one =
        new HttpLimits(
            1 << 20,
            1 << 20,
            1,
            1,
            Duration.ofSeconds(30),
            Duration.ofSeconds(75),
            Duration.ofSeconds(4),
            Duration.ofMillis(1));
    Listener.Options options =
        new Listener.Options(
            "test",
            "127.0.0.1",
            0,
            Optional.empty(),
            new HttpSettings.Proxy.Unused(),
            one,
            true,
            Refusals.ofOperators(log),
            new Metrics(DesignRoutes.table(Unlisted.UNROUTABLE)),
            log);
    listener =
        Listener.bind(options, HttpRouting.builder(), DirectHandlers.builder().build(), threads);
  }

  @AfterEach
  void close() throws Exception {
    listener.close();
    server.close();
    for (Socket client : clients) {
      client.close();
    }
    log.close();
  }

  private Connection connect() throws Exception {
    clients.add(new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort()));
    return new Connection(listener, server.accept());
  }

  /// A connection that has been told to go and has not noticed yet.
  private Connection evicted(Phase phase) throws Exception {
    Connection connection = connect();
    listener.enter(connection);
    assertThat(listener.moves(connection, phase)).isTrue();
    listener.enter(connect());
    return connection;
  }

  private static void assertAnswersBusy(Connection connection, Consumer<Connection> step) {
    assertThatThrownBy(() -> step.accept(connection))
        .isInstanceOfSatisfying(
            CutException.class,
            e -> {
              assertThat(e.refusal().code()).isEqualTo("gave_way");
              assertThat(e.refusal().answer().status()).isEqualTo(503);
            });
  }

  @Test
  void answersWhoHasToGiveWayWithItsRequestRead() throws Exception {
    assertAnswersBusy(evicted(Phase.WAITING), connection -> connection.headIsWhole(true));
    assertAnswersBusy(evicted(Phase.WAITING), connection -> connection.headIsWhole(false));
    assertAnswersBusy(evicted(Phase.SENDING), Connection::bodyIsWhole);
    assertAnswersBusy(evicted(Phase.SENDING), connection -> connection.waits(true, true));
  }

  @Test
  void saysNothingToWhoHasBegunNothing() throws Exception {
    Connection connection = evicted(Phase.WAITING);
    assertThatThrownBy(() -> connection.waits(true, false))
        .isInstanceOf(CloseConnectionException.class)
        .isNotInstanceOf(CutException.class);
  }

  /// An answer that is being written to a client that does not read.
  private Thread writing(Connection connection) throws Exception {
    listener.enter(connection);
    listener.moves(connection, Phase.ANSWERED);
    return Thread.startVirtualThread(() -> {
      try {
        connection.dataWriter().write(BufferData.create(new byte[64 << 20]));
      } catch (CloseConnectionException _) {
        // It was closed meanwhile.
      }
    });
  }

  private static void await(BooleanSupplier isSo) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
    while (!isSo.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void givesWayWhenItsClientDoesNotRead() throws Exception {
    Connection connection = connect();
    Thread writer = writing(connection);
    await(() -> {
      Connection other = assertDoesNotThrow(this::connect);
      listener.enter(other);
      listener.leaves(other);
      return connection.isEnded();
    });
    assertThat(writer.isAlive()).isTrue();
    connection.look(System.nanoTime() + Duration.ofSeconds(2).toNanos());
    writer.join();
  }

  @Test
  void isClosedWhenItsClientTakesNothing() throws Exception {
    Connection connection = connect();
    Thread writer = writing(connection);
    await(() -> {
      connection.look(System.nanoTime() + Duration.ofSeconds(5).toNanos());
      return !writer.isAlive();
    });
    log.close();
    assertThat(connection.isEnded()).isFalse();
    assertThat(logged.toString(UTF_8)).contains("\"code\":\"answer_not_read\"");
  }

  /// Otherwise slots would leak until none is left.
  @Test
  void givesItsPlaceBackWhenItCannotBegin() throws Exception {
    Connection first = connect();
    threads.isRefusing = true;
    assertThatThrownBy(() -> listener.enter(first)).isInstanceOf(OutOfMemoryError.class);
    threads.isRefusing = false;

    Connection second = connect();
    listener.enter(second);

    assertThat(listener.moves(second, Phase.ANSWERED)).isTrue();
    assertThat(first.isEnded()).isFalse();
  }
}
