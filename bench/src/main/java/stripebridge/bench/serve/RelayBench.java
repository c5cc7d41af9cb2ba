package stripebridge.bench.serve;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.SDTMap;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
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
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.routing.EventPattern;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.routing.TopicTemplate;
import stripebridge.relay.Leftovers;
import stripebridge.relay.MessageComposer;
import stripebridge.relay.Relay;
import stripebridge.relay.RelayLimits;
import stripebridge.sandbox.RecordedMessage;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.RelayReports;
import stripebridge.service.telemetry.ServiceLog;
import stripebridge.solace.messaging.SmfPublisher;

/// Measures the relay from the file to the broker, compared with a loop that publishes the same
/// messages from the heap.
final class RelayBench {
  private static final int EVENTS = 20_000;
  private static final String QUEUE = "bench";
  private static final RoutingTable ROUTES =
      new RoutingTable(
          List.of(
              new Route(
                  new EventPattern("charge.succeeded"),
                  new TopicTemplate("stripe/webhook/v1/charge/succeeded"))),
          Unlisted.UNROUTABLE);

  private RelayBench() {}

  static boolean run(Path folder, int rounds, double min) throws Exception {
    List<Double> relayed = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    try (SandboxBroker broker = SandboxBroker.start()) {
      for (int round = -1; round < rounds; round++) {
        empty(broker);
        ServeBench.add(round, relayed, relay(folder.resolve("relay" + round + ".db"), broker));
        List<RecordedMessage> messages = broker.vpn("default").queue(QUEUE).messages();
        empty(broker);
        ServeBench.add(round, bare, loop(broker, messages));
      }
    }
    double ratio = ServeBench.median(relayed) / ServeBench.median(bare);
    System.out.printf(
        "  relay from the file      %8.0f/s   bare loop   %8.0f/s   %.2fx (at least %.1fx)%n",
        ServeBench.median(relayed), ServeBench.median(bare), ratio, min);
    return ratio >= min;
  }

  /// Creates a new, empty queue for all published messages.
  static void empty(SandboxBroker broker) {
    try {
      broker.vpn("default").deleteQueue(QUEUE);
    } catch (RuntimeException _) {
      // There is no such queue the first time.
    }
    broker.vpn("default").createOpenQueue(QUEUE, "stripe/webhook/v1/>");
  }

  static SolaceSettings settings(SandboxBroker broker) {
    return new SolaceSettings(
        List.of(new BrokerAddress(BrokerAddress.Scheme.TCP, "127.0.0.1", broker.smfPort())),
        "default",
        "default",
        new Secret("default"),
        new TlsTrust.JavaDefault());
  }

  private static double relay(Path file, SandboxBroker broker) throws Exception {
    InstantSource clock = InstantSource.system();
    try (Inbox inbox = ServeBench.openInbox(file);
        ServiceLog log =
            new ServiceLog(
                new LogSettings(LogLevel.INFO, LogFormat.JSON),
                OutputStream.nullOutputStream(),
                clock)) {
      fill(inbox);
      Relay relay =
          new Relay(
              inbox,
              new SmfPublisher(settings(broker)),
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
              new RelayReports(new Metrics(ROUTES), log),
              clock,
              RandomGenerator.getDefault());
      relay.start();
      while (broker.vpn("default").queue(QUEUE).depth() == 0) {
        LockSupport.parkNanos(100_000);
      }
      long begun = System.nanoTime();
      while (inbox.counts().waiting() > 0) {
        LockSupport.parkNanos(1_000_000);
      }
      double rate = EVENTS / ((System.nanoTime() - begun) / 1e9);
      Leftovers _ = relay.stop(Duration.ofSeconds(5));
      return rate;
    }
  }

  private static void fill(Inbox inbox) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < EVENTS; i++) {
        long number = i;
        Future<?> _ =
            threads.submit(() ->
                inbox.append(
                    new ReceivedEvent(
                        new EventId("evt_" + number),
                        new EventType("charge.succeeded"),
                        "acct_" + number % 500,
                        Instant.now(),
                        Webhooks.body(number).getBytes(java.nio.charset.StandardCharsets.UTF_8))));
      }
    }
  }

  private static double loop(SandboxBroker broker, List<RecordedMessage> messages)
      throws Exception {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, broker.smfUri());
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    properties.setProperty(JCSMPProperties.PUB_ACK_WINDOW_SIZE, 255);
    JCSMPSession session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    CountDownLatch acks = new CountDownLatch(messages.size());
    XMLMessageProducer producer =
        session.getMessageProducer(
            new JCSMPStreamingPublishCorrelatingEventHandler() {
              @Override
              public void responseReceivedEx(Object key) {
                acks.countDown();
              }

              @Override
              public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
                throw new IllegalStateException(cause);
              }
            });
    long begun = System.nanoTime();
    long number = 0;
    for (RecordedMessage message : messages) {
      BytesMessage bytes = JCSMPFactory.onlyInstance().createMessage(BytesMessage.class);
      bytes.setDeliveryMode(DeliveryMode.PERSISTENT);
      bytes.setCorrelationKey(number++);
      bytes.setApplicationMessageId(message.applicationMessageId().orElse(""));
      bytes.setCorrelationId(message.correlationId().orElse(""));
      bytes.setHTTPContentType("application/json");
      SDTMap map = JCSMPFactory.onlyInstance().createMap();
      for (Map.Entry<String, Object> property : message.properties().entrySet()) {
        map.putObject(property.getKey(), property.getValue());
      }
      bytes.setProperties(map);
      bytes.setData(message.payload());
      producer.send(bytes, JCSMPFactory.onlyInstance().createTopic(message.destination()));
    }
    acks.await();
    double rate = messages.size() / ((System.nanoTime() - begun) / 1e9);
    session.closeSession();
    return rate;
  }
}
