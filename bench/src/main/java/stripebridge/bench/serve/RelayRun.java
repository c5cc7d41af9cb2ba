package stripebridge.bench.serve;

import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import stripebridge.core.config.BrokerAddress;
import stripebridge.core.config.LogSettings;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;
import stripebridge.core.config.MessageSettings;
import stripebridge.core.config.RelaySettings;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SolaceSettings;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.event.EventId;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.routing.EventPattern;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.routing.TopicTemplate;
import stripebridge.relay.Leftovers;
import stripebridge.relay.MessageComposer;
import stripebridge.relay.Relay;
import stripebridge.relay.RelayLimits;
import stripebridge.relay.RelayObserver;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.RelayReports;
import stripebridge.service.telemetry.ServiceLog;
import stripebridge.solace.messaging.SmfPublisher;

/// The bridge's relay on an inbox, with its log and its metrics, as `serve` runs it.
final class RelayRun implements AutoCloseable {
  /// The topic of the events of [Traffic], without the account.
  static final String TOPIC = "stripe/webhook/v1/charge/succeeded";

  private static final RoutingTable ROUTES =
      new RoutingTable(
          List.of(new Route(new EventPattern("charge.succeeded"), new TopicTemplate(TOPIC))),
          Unlisted.UNROUTABLE);
  private static final BiConsumer<EventId, Duration> NOBODY = (_, _) -> {};

  private final Inbox inbox;
  private final ServiceLog log;
  private final Relay relay;

  /// Prepares a relay; it publishes from [#start] on.
  RelayRun(Inbox inbox, int brokerPort) {
    this(inbox, brokerPort, NOBODY);
  }

  /// @param published receives each event and the time from accepting it to the broker's ack; any
  ///   thread
  RelayRun(Inbox inbox, int brokerPort, BiConsumer<EventId, Duration> published) {
    InstantSource clock = InstantSource.system();
    this.inbox = inbox;
    this.log =
        new ServiceLog(
            new LogSettings(LogLevel.INFO, LogFormat.JSON), OutputStream.nullOutputStream(), clock);
    RelayObserver reports = new RelayReports(new Metrics(ROUTES), log);
    this.relay =
        new Relay(
            inbox,
            new SmfPublisher(settings(brokerPort)),
            new MessageComposer(
                ROUTES, new MessageSettings("unknown", Duration.ZERO, true), "bench"),
            RelayLimits.of(
                new RelaySettings(
                    Duration.ofHours(1),
                    10_000_000,
                    3,
                    Duration.ofMillis(500),
                    Duration.ofSeconds(30)),
                Runtime.getRuntime().maxMemory()),
            published.equals(NOBODY) ? reports : noting(reports, published),
            clock,
            RandomGenerator.getDefault());
  }

  private static SolaceSettings settings(int brokerPort) {
    return new SolaceSettings(
        List.of(new BrokerAddress(BrokerAddress.Scheme.TCP, "127.0.0.1", brokerPort)),
        "default",
        "default",
        new Secret("default"),
        new TlsTrust.JavaDefault());
  }

  /// A proxy, so that only one of the many methods is written down.
  private static RelayObserver noting(
      RelayObserver reports, BiConsumer<EventId, Duration> published) {
    return (RelayObserver)
        Proxy.newProxyInstance(
            RelayObserver.class.getClassLoader(),
            new Class<?>[] {RelayObserver.class},
            (_, method, arguments) -> {
              if (method.getName().equals("published")
                  && arguments[0] instanceof EventId id
                  && arguments[3] instanceof Duration took) {
                published.accept(id, took);
              }
              return method.invoke(reports, arguments);
            });
  }

  void start() {
    relay.start();
  }

  /// Starts it, and counts from the first event on how many it publishes a second.
  ///
  /// @param atMost ends the measurement when the inbox is not empty by then
  double rate(Duration atMost) throws Exception {
    long all = inbox.counts().waiting();
    relay.start();
    while (inbox.counts().waiting() == all) {
      LockSupport.parkNanos(100_000);
    }
    long first = all - inbox.counts().waiting();
    long begun = System.nanoTime();
    long left = awaitWaiting(0, begun + atMost.toNanos());
    return (all - first - left) / ((System.nanoTime() - begun) / 1e9);
  }

  /// Waits until at most `most` events wait; returns how many do.
  ///
  /// @param deadline by [System#nanoTime]
  long awaitWaiting(long most, long deadline) throws Exception {
    long waiting = inbox.counts().waiting();
    while (waiting > most && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
      waiting = inbox.counts().waiting();
    }
    return waiting;
  }

  /// Stops the relay. The inbox is the caller's.
  @Override
  public void close() throws InterruptedException {
    Leftovers _ = relay.stop(Duration.ofSeconds(5));
    log.close();
  }
}
