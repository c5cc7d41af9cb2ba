package stripebridge.solace.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.Destination;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.MessageContent.Extras;
import stripebridge.core.broker.Payload;
import stripebridge.core.broker.QueueAccess.Consumer;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Flow;
import stripebridge.core.broker.QueueAccess.Sender;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.config.BrokerAddress;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SolaceSettings;
import stripebridge.core.config.TlsTrust;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.RecordedMessage;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxVpn;

class SmfQueuesTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final SandboxBroker broker = SandboxBroker.start();
  private final Answers answers = new Answers();

  @AfterEach
  void stop() {
    broker.close();
  }

  private SandboxVpn vpn() {
    return broker.vpn("default");
  }

  private Session open() throws Exception {
    return open("default");
  }

  private Session open(String user) throws Exception {
    BrokerAddress address =
        new BrokerAddress(BrokerAddress.Scheme.TCP, "127.0.0.1", broker.smfPort());
    return new SmfQueues(
            new SolaceSettings(
                List.of(address), "default", user, new Secret(user), new TlsTrust.JavaDefault()))
        .open();
  }

  private static MessageContent content(
      Destination destination, Payload payload, Map<String, Object> properties) {
    return new MessageContent(
        destination,
        "evt_1",
        "corr",
        "kind",
        "application/json",
        "identity",
        "sender",
        1_790_000_000_000L,
        7L,
        Destination.topic("answers"),
        4,
        Duration.ofMinutes(5),
        true,
        properties,
        Extras.NONE,
        payload);
  }

  private static MessageContent text(String topic, String text) {
    return content(
        Destination.topic(topic),
        new Payload(Payload.Kind.TEXT, text.getBytes(UTF_8), new byte[0], null),
        Map.of());
  }

  private void publish(int count) throws Exception {
    try (Session session = open()) {
      Sender sender = session.sender(answers);
      for (int i = 1; i <= count; i++) {
        sender.send(i, text("t/" + i, "m" + i), i == count);
      }
      Answers.await("published", () -> answers.count() == count);
    }
  }

  private static Delivery next(Flow flow) throws Exception {
    return Objects.requireNonNull(flow.next(LONG));
  }

  private static String textOf(Delivery delivery) {
    return new String(delivery.message().content().payload().content(), UTF_8);
  }

  private void awaitDepth(String queue, int depth) {
    Answers.await("depth " + depth, () -> vpn().queue(queue).depth() == depth);
  }

  @Test
  void publishesACopyWithEveryFieldOfTheOriginal() throws Exception {
    vpn().createOpenQueue("q", "t/>").createOpenQueue("r", "u/>");
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("text", "é");
    properties.put("long", 7L);
    properties.put("int", 8);
    properties.put("short", (short) 9);
    properties.put("byte", (byte) 1);
    properties.put("float", 1.5f);
    properties.put("double", 2.5);
    properties.put("char", 'c');
    properties.put("switch", true);
    properties.put("bytes", new byte[] {1, -1});
    properties.put("nothing", Optional.empty());
    properties.put("topic", Destination.topic("a/b"));
    properties.put("map", Map.of("a", 1L));
    properties.put("list", List.of("x", 5L));
    try (Session session = open();
        Consumer first = session.consume("q", 255, false);
        Consumer second = session.consume("r", 255, false)) {
      first.start();
      second.start();
      Sender sender = session.sender(answers);
      MessageContent sent =
          content(Destination.topic("t/1"), Payload.bytes(new byte[] {1, -1}), properties);
      sender.send(1, sent, true);
      MessageContent seen = next(first).message().content();
      assertSame(seen, sent);

      sender.send(
          2,
          seen.with(Destination.topic("u/1"), Duration.ZERO, false, seen.userProperties()),
          true);
      MessageContent copy = next(second).message().content();
      assertThat(copy.destination()).isEqualTo(Destination.topic("u/1"));
      assertThat(copy.timeToLive()).isZero();
      assertThat(copy.dmqEligible()).isFalse();
      assertSame(
          copy.with(sent.destination(), sent.timeToLive(), true, copy.userProperties()), sent);
    }
  }

  private static void assertSame(MessageContent one, MessageContent other) {
    assertThat(one).usingRecursiveComparison().isEqualTo(other);
  }

  @Test
  void keepsTheBytesOfEveryKindOfMessage() throws Exception {
    vpn().createOpenQueue("q", "t/>");
    byte[] map = {
      43, 0, 0, 0, 23, 28, 4, 97, 4, 98 - 70, 4, 98, 0, 28, 4, 105, 0, 9, 8, 6, 0, 0, 7
    };
    List<Payload> payloads =
        List.of(
            new Payload(Payload.Kind.TEXT, "é".getBytes(UTF_8), new byte[0], null),
            new Payload(Payload.Kind.TEXT, new byte[0], new byte[0], null),
            new Payload(Payload.Kind.BYTES, new byte[] {0, -1}, new byte[0], null),
            new Payload(Payload.Kind.MAP, map, new byte[0], null),
            new Payload(Payload.Kind.STREAM, new byte[] {47, 0, 0, 0, 5}, new byte[0], null),
            new Payload(Payload.Kind.XML, new byte[] {3}, "<a/>".getBytes(UTF_8), null));
    try (Session session = open();
        Consumer consumer = session.consume("q", 255, false)) {
      consumer.start();
      Sender sender = session.sender(answers);
      for (Payload payload : payloads) {
        sender.send(1, content(Destination.topic("t/1"), payload, Map.of()), true);
        Payload seen = next(consumer).message().content().payload();
        assertThat(seen.kind()).isEqualTo(payload.kind());
        assertThat(seen.attachment()).isEqualTo(payload.attachment());
        assertThat(seen.xml()).isEqualTo(payload.xml());
      }
    }
  }

  @Test
  void browsesWithoutTouchingAnythingAndRemovesOne() throws Exception {
    vpn().createOpenQueue("q", "t/>").updateQueue("q", Map.of("deliveryCountEnabled", true));
    publish(5);
    try (Session session = open();
        Consumer consumer = session.consume("q", 2, false);
        Flow browser = session.browse("q", 255)) {
      consumer.start();
      Delivery held = next(consumer);
      for (int i = 1; i <= 5; i++) {
        Delivery browsed = next(browser);
        assertThat(textOf(browsed)).isEqualTo("m" + i);
        if (i == 4) {
          browsed.acknowledge();
        }
      }
      assertThat(browser.next(SHORT)).isNull();
      awaitDepth("q", 4);
      assertThat(held.message().deliveryCount()).isEqualTo(OptionalInt.of(1));
      assertThat(held.message().isRedelivered()).isFalse();
    }
    assertThat(vpn().queue("q").messages())
        .extracting(RecordedMessage::text)
        .containsExactly("m1", "m2", "m3", "m5");
  }

  @Test
  void acknowledgesBeforeItCloses() throws Exception {
    vpn().createOpenQueue("q", "t/>");
    publish(300);
    try (Session session = open()) {
      try (Consumer consumer = session.consume("q", 255, false)) {
        consumer.start();
        for (int i = 1; i <= 290; i++) {
          next(consumer).acknowledge();
        }
      }
    }
    awaitDepth("q", 10);
    assertThat(vpn().queue("q").unacknowledged()).isZero();
  }

  /// So that only requested messages get a higher delivery count. On one machine the first message
  /// may arrive before the client has closed its window.
  @Test
  void receivesWhatItPullsAndAtMostOneMore() throws Exception {
    vpn().createOpenQueue("q", "t/>");
    publish(1000);
    int before = 1000;
    try (Session session = open()) {
      for (int window : List.of(1, 2, 7, 50, 255)) {
        int taken = 0;
        try (Consumer consumer = session.consume("q", window, false)) {
          consumer.pull();
          for (Delivery each = next(consumer); each != null; each = consumer.next(SHORT)) {
            each.acknowledge();
            taken++;
          }
        }
        assertThat(taken).isBetween(window, window + 1);
        before -= taken;
        awaitDepth("q", before);
      }
    }
    assertThat(vpn().queue("q").counter("redeliveredMsgCount")).isZero();
  }

  @Test
  void pullsMessagesThatArriveLater() throws Exception {
    vpn().createOpenQueue("q", "t/>");
    try (Session session = open();
        Consumer consumer = session.consume("q", 10, false)) {
      consumer.pull();
      assertThat(consumer.next(SHORT)).isNull();
      publish(1);
      consumer.pull();
      next(consumer).acknowledge();
    }
    awaitDepth("q", 0);
  }

  @Test
  void rejectsToTheDmq() throws Exception {
    vpn()
        .createOpenQueue("dmq")
        .createOpenQueue("q", "t/>")
        .updateQueue("q", Map.of("deadMsgQueue", "dmq"));
    publish(2);
    try (Session session = open();
        Consumer consumer = session.consume("q", 1, true)) {
      consumer.start();
      next(consumer).reject();
      awaitDepth("dmq", 1);
    }
    assertThat(vpn().queue("dmq").messages())
        .extracting(RecordedMessage::text)
        .containsExactly("m1");
  }

  @Test
  void reportsWhyAQueueCannotBeUsed() throws Exception {
    vpn()
        .createQueue("shut", Map.of("ingressEnabled", true, "permission", "delete"))
        .createQueue("closed", Map.of("egressEnabled", true))
        .createQueue(
            "parts",
            Map.of(
                "egressEnabled",
                true,
                "permission",
                "delete",
                "accessType",
                "non-exclusive",
                "partitionCount",
                3));
    try (Session session = open()) {
      assertThatThrownBy(() -> session.browse("nope", 1))
          .isInstanceOf(BrokerException.Conflict.class)
          .hasMessage("cannot browse 'nope': there is no such queue");
      assertThatThrownBy(() -> session.consume("nope", 1, false))
          .isInstanceOf(BrokerException.Conflict.class)
          .hasMessage("cannot consume 'nope': there is no such queue");
      assertThatThrownBy(() -> session.consume("shut", 1, false))
          .isInstanceOf(BrokerException.Conflict.class)
          .hasMessageContaining("shut for consumers");
      assertThatThrownBy(() -> session.browse("closed", 1))
          .isInstanceOf(BrokerException.Refused.class)
          .hasMessage("cannot browse 'closed': the user lacks the permission");
      assertThatThrownBy(() -> session.browse("parts", 1))
          .isInstanceOf(BrokerException.Conflict.class)
          .hasMessageContaining("partitioned");
    }
  }

  @Test
  void reportsAQueueDeletedDuringTheWait() throws Exception {
    vpn().createOpenQueue("q", "t/>");
    try (Session session = open();
        Consumer consumer = session.consume("q", 1, false)) {
      consumer.start();
      vpn().deleteQueue("q");
      assertThatThrownBy(() -> consumer.next(LONG)).isInstanceOf(BrokerException.class);
    }
  }

  @Test
  void continuesAfterABrokenConnection() throws Exception {
    vpn().createOpenQueue("q", "t/>");
    publish(600);
    boolean[] seen = new boolean[601];
    try (Session session = open();
        Consumer consumer = session.consume("q", 255, false)) {
      consumer.start();
      for (int i = 1; i <= 600; i++) {
        Delivery delivery = next(consumer);
        int number = Integer.parseInt(textOf(delivery).substring(1));
        assertThat(seen[number]).as("m%d again", number).isFalse();
        seen[number] = true;
        delivery.acknowledge();
        if (i == 100 || i == 400) {
          broker.inject(new Fault.DropConnection(0));
        }
      }
      assertThat(consumer.next(SHORT)).isNull();
    }
    awaitDepth("q", 0);
    assertThat(Arrays.copyOfRange(seen, 1, 601)).doesNotContain(false);
  }

  @Test
  void reservesANameForOneConnection() throws Exception {
    try (Session session = open();
        Session other = open()) {
      session.reserve("redrive/q");
      assertThatThrownBy(() -> other.reserve("redrive/q"))
          .isInstanceOf(BrokerException.Conflict.class);
      other.reserve("redrive/r");
    }
    try (Session session = open()) {
      session.reserve("redrive/q");
    }
  }

  @Test
  void reportsAUserWhoMayNotReserve() throws Exception {
    vpn()
        .createClientProfile("modest", Map.of())
        .createClientUsername(
            "modest", Map.of("enabled", true, "password", "modest", "clientProfileName", "modest"));
    try (Session session = open("modest")) {
      assertThatThrownBy(() -> session.reserve("redrive/q"))
          .isInstanceOf(BrokerException.Refused.class);
    }
  }
}
