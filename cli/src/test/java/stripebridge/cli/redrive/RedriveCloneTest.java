package stripebridge.cli.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.common.util.ByteArray;
import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.Destination;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.MapMessage;
import com.solacesystems.jcsmp.SDTMap;
import com.solacesystems.jcsmp.SDTStream;
import com.solacesystems.jcsmp.StreamMessage;
import com.solacesystems.jcsmp.TextMessage;
import com.solacesystems.jcsmp.User_Cos;
import com.solacesystems.jcsmp.XMLContentMessage;
import com.solacesystems.jcsmp.XMLMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.BrokerClient;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Run;
import stripebridge.sandbox.SandboxBroker;

/// Compares redriven messages with the originals, by every getter of the official client.
class RedriveCloneTest {
  /// Getters whose values the broker or the client sets, or that fail on a received message.
  private static final Set<String> OTHERS =
      Set.of(
          "getMessageId",
          "getMessageIdLong",
          "getAckMessageId",
          "getReplicationGroupMessageId",
          "getReceiveTimestamp",
          "getConsumerEndpoint",
          "getAttachmentByteBuffer",
          "getBinaryMetadataTypes");

  private static final Set<String> REDRIVEN =
      Set.of("redrive_count", "redriven_at", "redriven_from");

  private static final JCSMPFactory FACTORY = JCSMPFactory.onlyInstance();

  private final SandboxBroker broker = SandboxBroker.start();
  @TempDir Path folder;
  private CliHarness cli;
  private BrokerClient client;

  @BeforeEach
  void open() throws Exception {
    broker.vpn("default").createOpenQueue("q", "t/>").createOpenQueue("copies", "u/>");
    cli =
        new CliHarness(folder)
            .onTrueTime()
            .env("SOLACE_HOST", broker.smfUri())
            .env("SOLACE_VPN", "default")
            .env("SOLACE_USERNAME", "default")
            .env("SOLACE_PASSWORD", "default");
    client = new BrokerClient(broker, "publisher");
  }

  @AfterEach
  void close() {
    client.close();
    broker.close();
  }

  @Test
  void keepsAllOfAMessageOfAnyKind() throws Exception {
    List<BytesXMLMessage> messages = new ArrayList<>();
    for (BytesXMLMessage each : bodies()) {
      each.setApplicationMessageId("body " + messages.size());
      messages.add(each);
    }
    for (Property property : properties()) {
      BytesMessage each = FACTORY.createMessage(BytesMessage.class);
      property.set(each);
      messages.add(each);
    }
    assertComeBack(messages);
  }

  @Test
  void keepsAllOfRandomMessages() throws Exception {
    long seed = Long.getLong("test.seed", System.nanoTime());
    System.out.println(
        "RedriveCloneTest: seed " + seed + " (replay with -Dtest.seed=" + seed + ")");
    RandomGenerator random = new Random(seed);
    List<BytesXMLMessage> messages = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      BytesXMLMessage each = any(random, bodies());
      for (Property property : properties()) {
        if (random.nextInt(4) == 0) {
          property.set(each);
        }
      }
      if (random.nextBoolean()) {
        each.setProperties(map(random, 3));
      }
      messages.add(each);
    }
    assertComeBack(messages);
  }

  /// Checks messages that went through a file, and from a queue to their topic.
  private void assertComeBack(List<BytesXMLMessage> messages) throws Exception {
    for (BytesXMLMessage each : messages) {
      client.publish("t/1", each);
    }
    List<Map<String, String>> before = seen("q", messages.size());

    for (BytesXMLMessage each : client.browse("q", messages.size())) {
      client.publish("u/1", FACTORY.createMessage(each));
    }
    List<Map<String, String>> copies = seen("copies", messages.size());
    copies.forEach(copy -> copy.replaceAll((_, value) -> value.replace("u/1", "t/1")));
    assertSame(copies, before);

    Run drained = cli.run("drain", "--queue", "q", "--to", "d.jsonl", "--yes", "--timeout", "1s");
    assertThat(drained.exitCode()).as(drained.err()).isZero();
    assertThat(broker.vpn("default").queue("q").depth()).isZero();
    Run redriven = cli.run("redrive", "--from-file", "d.jsonl", "--all", "--yes");
    assertThat(redriven.exitCode()).as(redriven.err()).isZero();
    assertSame(seen("q", messages.size()), before);

    Run again = cli.run("redrive", "--queue", "q", "--limit", "" + messages.size(), "--yes");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertSame(seen("q", messages.size()), before);
  }

  private static void assertSame(List<Map<String, String>> some, List<Map<String, String>> others) {
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < others.size(); i++) {
      Map<String, String> other = others.get(i);
      for (Map.Entry<String, String> one : some.get(i).entrySet()) {
        if (!one.getValue().equals(other.get(one.getKey()))) {
          differences.add("message %d: %s, was %s".formatted(i, one, other.get(one.getKey())));
        }
      }
    }
    assertThat(differences).isEmpty();
  }

  @Test
  void notesThatACopyIsPersistent() throws Exception {
    BytesMessage message = FACTORY.createMessage(BytesMessage.class);
    message.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
    client.publishAsItIs("t/1", message);

    Run drained = cli.run("drain", "--queue", "q", "--to", "d.jsonl", "--yes", "--timeout", "1s");
    assertThat(drained.exitCode()).isZero();
    Run redriven = cli.run("redrive", "--from-file", "d.jsonl", "--yes");

    assertThat(redriven.err())
        .contains("note: 1 message was NON_PERSISTENT; its copy is PERSISTENT\n");
    assertThat(client.browse("q", 1).getFirst().getDeliveryMode())
        .isEqualTo(DeliveryMode.PERSISTENT);
  }

  @Test
  void changesTimeToLiveAndEligibilityWhereTheyAreSet() throws Exception {
    BytesMessage message = FACTORY.createMessage(BytesMessage.class);
    message.setTimeToLive(600_000);
    client.publish("t/1", message);

    assertThat(
            cli.env("SOLACE_MESSAGE_TTL_MS", "700000")
                .env("DMQ_ELIGIBLE", "true")
                .run("redrive", "--queue", "q", "--yes", "--limit", "1")
                .exitCode())
        .isZero();

    BytesXMLMessage copy = client.browse("q", 1).getFirst();
    assertThat(copy.getTimeToLive()).isEqualTo(700_000);
    assertThat(copy.isDMQEligible()).isTrue();
  }

  @Test
  void readsFilesOfOlderReleases() throws Exception {
    // Written before drain distinguished an empty text from none.
    String common =
        "\"redelivered\":false,\"ttl_ms\":0,\"dmq_eligible\":true,\"user_properties\":{}";
    Files.writeString(
        folder.resolve("old.jsonl"),
        """
        {"drained_from":"q","topic":"t/1",COMMON,"payload_kind":"text","payload":""}
        {"drained_from":"q","topic":"t/1",COMMON,"payload_kind":"bytes","payload":""}
        {"drained_from":"q","topic":"t/1",COMMON,"payload_kind":"xml","payload":"","xml":"<a/>"}
        """
            .replace("COMMON", common));
    Run redriven = cli.run("redrive", "--from-file", "old.jsonl", "--yes");
    assertThat(redriven.exitCode()).as(redriven.err()).isZero();

    List<BytesXMLMessage> seen = client.browse("q", 3);
    assertThat(((TextMessage) seen.get(0)).getText()).isEmpty();
    assertThat(((BytesMessage) seen.get(1)).getData()).isNull();
    assertThat(((XMLContentMessage) seen.get(2)).getXMLContent()).isEqualTo("<a/>");
    assertThat(seen.get(2).hasAttachment()).isFalse();
    assertThat(seen.get(0).getCos()).isEqualTo(User_Cos.USER_COS_1);
    assertThat(seen.get(0).getUserData()).isNull();
  }

  private interface Property {
    void set(BytesXMLMessage message) throws Exception;
  }

  @SuppressWarnings("deprecation") // Of deliver-to-one, which messages may have.
  private static List<Property> properties() {
    List<Property> properties = new ArrayList<>();
    for (String text : List.of("", "é 😀", "nul \0", "half \uD83D", "a".repeat(300))) {
      properties.add(message -> message.setCorrelationId(text));
      properties.add(message -> message.setApplicationMessageId(text));
      properties.add(message -> message.setApplicationMessageType(text));
      properties.add(message -> message.setSenderId(text));
    }
    for (String text : List.of("", "application/x-é")) {
      properties.add(message -> message.setHTTPContentType(text));
      properties.add(message -> message.setHTTPContentEncoding(text));
    }
    for (byte[] data : List.of(new byte[0], new byte[] {9, 8, -7}, "text".getBytes(UTF_8))) {
      properties.add(message -> message.setUserData(data));
    }
    for (User_Cos service : User_Cos.values()) {
      properties.add(message -> message.setCos(service));
    }
    for (int priority : new int[] {0, 7, 255}) {
      properties.add(message -> message.setPriority(priority));
    }
    for (long number : new long[] {0, -1, Long.MAX_VALUE}) {
      properties.add(message -> message.setSequenceNumber(number));
      properties.add(message -> message.setSenderTimestamp(number));
    }
    for (String name : List.of("reply/x", "é")) {
      properties.add(message -> message.setReplyTo(FACTORY.createTopic(name)));
      properties.add(message -> message.setReplyTo(FACTORY.createQueue(name)));
    }
    properties.add(message -> message.setReplyTo(FACTORY.createTopic("#P2P/v:x/reply")));
    properties.add(message -> message.setReplyTo(FACTORY.createQueue("#P2P/QTMP/v:x/reply")));
    properties.add(message -> message.setElidingEligible(true));
    properties.add(message -> message.setDeliverToOne(true));
    properties.add(message -> message.setAsReplyMessage(true));
    properties.add(message -> message.setDMQEligible(true));
    properties.add(message -> message.setTimeToLive(3_600_000));
    properties.add(message -> message.setExpiration(1_790_000_000_000L));
    properties.add(message -> message.setAckImmediately(true));
    properties.add(message -> message.setProperties(FACTORY.createMap()));
    properties.add(message -> {
      SDTMap map = FACTORY.createMap();
      map.putString("JMSXGroupID", "cus_1");
      map.putString("half \uD83D", "\uDE00");
      message.setProperties(map);
    });
    for (byte format = 0; format < 7; format++) {
      byte number = format;
      properties.add(message -> {
        if (message instanceof BytesMessage) {
          message.setStructuredMsgType(number);
        }
      });
    }
    return properties;
  }

  /// New messages each time: the client keeps those that it sends.
  private static List<BytesXMLMessage> bodies() throws Exception {
    List<BytesXMLMessage> bodies = new ArrayList<>();
    for (String text : new String[] {null, "", "é 😀", "nul \0", "half \uD83D?", "{\"a\":1}"}) {
      TextMessage each = FACTORY.createMessage(TextMessage.class);
      each.setText(text);
      bodies.add(each);
    }
    TextMessage twofold = FACTORY.createMessage(TextMessage.class);
    twofold.setText("text");
    twofold.writeBytes("<a/>".getBytes(UTF_8));
    bodies.add(twofold);
    for (String attachment : List.of("", "raw", "\u001c\u0005hi")) {
      TextMessage rubbish = FACTORY.createMessage(TextMessage.class);
      rubbish.writeAttachment(attachment.getBytes(UTF_8));
      bodies.add(rubbish);
      MapMessage map = FACTORY.createMessage(MapMessage.class);
      map.writeAttachment(attachment.getBytes(UTF_8));
      bodies.add(map);
    }
    bodies.add(FACTORY.createMessage(BytesMessage.class));
    for (byte[] data : List.of(new byte[0], new byte[] {0, 1, -1}, new byte[100_000])) {
      BytesMessage each = FACTORY.createMessage(BytesMessage.class);
      each.setData(data);
      bodies.add(each);
    }
    bodies.add(FACTORY.createMessage(MapMessage.class));
    bodies.add(FACTORY.createMessage(StreamMessage.class));
    RandomGenerator random = new Random(1);
    for (int i = 0; i < 3; i++) {
      MapMessage map = FACTORY.createMessage(MapMessage.class);
      map.setMap(i == 0 ? FACTORY.createMap() : map(random, 3));
      bodies.add(map);
      StreamMessage stream = FACTORY.createMessage(StreamMessage.class);
      stream.setStream(i == 0 ? FACTORY.createStream() : stream(random, 3));
      bodies.add(stream);
    }
    for (String xml : new String[] {null, "", "<a>b ü</a>"}) {
      for (byte[] attachment : new byte[][] {null, {}, {3, -1}}) {
        XMLContentMessage each = FACTORY.createMessage(XMLContentMessage.class);
        each.setXMLContent(xml);
        if (attachment != null) {
          each.writeAttachment(attachment);
        }
        bodies.add(each);
      }
    }
    bodies.add(FACTORY.createBytesXMLMessage());
    BytesXMLMessage plain = FACTORY.createBytesXMLMessage();
    plain.writeBytes("<a/>".getBytes(UTF_8));
    plain.writeAttachment(new byte[] {1});
    bodies.add(plain);
    return bodies;
  }

  private static SDTMap map(RandomGenerator random, int deep) throws Exception {
    SDTMap map = FACTORY.createMap();
    for (int i = random.nextInt(6); i >= 0; i--) {
      map.putObject(text(random) + i, value(random, deep));
    }
    return map;
  }

  private static SDTStream stream(RandomGenerator random, int deep) throws Exception {
    SDTStream stream = FACTORY.createStream();
    for (int i = random.nextInt(6); i >= 0; i--) {
      stream.writeObject(value(random, deep));
    }
    return stream;
  }

  private static @Nullable Object value(RandomGenerator random, int deep) throws Exception {
    byte[] bytes = new byte[random.nextInt(5)];
    random.nextBytes(bytes);
    return switch (random.nextInt(deep > 0 ? 14 : 12)) {
      case 0 -> random.nextBoolean();
      case 1 -> (byte) random.nextInt();
      case 2 -> (short) random.nextInt();
      case 3 -> random.nextInt();
      case 4 -> random.nextLong();
      case 5 -> any(random, List.of(Float.NaN, -0f, Float.MIN_VALUE, random.nextFloat()));
      case 6 -> any(random, List.of(Double.NaN, -0d, Double.MAX_VALUE, random.nextDouble()));
      case 7 -> any(random, List.of('x', '\0', '\uD83D', '"'));
      case 8 -> bytes;
      case 9 -> random.nextBoolean() ? FACTORY.createTopic("a/b") : FACTORY.createQueue("é");
      case 10 -> null;
      case 11 -> text(random);
      case 12 -> map(random, deep - 1);
      default -> stream(random, deep - 1);
    };
  }

  private static String text(RandomGenerator random) {
    return any(random, List.of("", "a", "é", "😀", "\uDE00", "\0", "\"\\\n", "map", "long"));
  }

  private static <T> T any(RandomGenerator random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /// The values of each message of a queue, by getter.
  private List<Map<String, String>> seen(String queue, int messages) throws Exception {
    Instant deadline = Instant.now().plusSeconds(30);
    while (broker.vpn("default").queue(queue).depth() != messages) {
      assertThat(Instant.now()).as(queue).isBefore(deadline);
      LockSupport.parkNanos(1_000_000);
    }
    List<Map<String, String>> seen = new ArrayList<>();
    for (BytesXMLMessage each : client.browse(queue, messages)) {
      seen.add(seen(each));
    }
    return seen;
  }

  private static Map<String, String> seen(BytesXMLMessage message) throws Exception {
    Map<String, String> seen = new TreeMap<>();
    for (Method method : XMLMessage.class.getMethods()) {
      if (method.getParameterCount() == 0
          && method.getName().matches("(get|is|has).*")
          && !OTHERS.contains(method.getName())) {
        seen.put(method.getName(), value(message, method));
      }
    }
    seen.put("class", message.getClass().getName());
    byte[] xml = new byte[message.getContentLength()];
    message.readContentBytes(xml);
    seen.put("content", HexFormat.of().formatHex(xml));
    byte[] attachment = new byte[message.getAttachmentContentLength()];
    if (message.hasAttachment()) {
      message.getAttachmentByteBuffer().duplicate().get(attachment);
    }
    seen.put("attachment", HexFormat.of().formatHex(attachment));
    if (message instanceof TextMessage text) {
      seen.put("text", value(text, TextMessage.class.getMethod("getText")));
    }
    if (message instanceof BytesMessage bytes) {
      seen.put("data", text(bytes.getData()));
    }
    if (message instanceof MapMessage map) {
      seen.put("map", value(map, MapMessage.class.getMethod("getMap")));
    }
    return seen;
  }

  private static String value(BytesXMLMessage message, Method method) throws Exception {
    try {
      return text(method.invoke(message));
    } catch (InvocationTargetException e) {
      return "throws " + Objects.requireNonNull(e.getCause()).getClass();
    }
  }

  /// A value with its type.
  private static String text(@Nullable Object value) throws Exception {
    return switch (value) {
      case null -> "null";
      case byte[] bytes -> "bytes " + HexFormat.of().formatHex(bytes);
      case SDTMap map -> {
        Map<String, String> entries = new TreeMap<>();
        for (String name : map.keySet()) {
          if (!REDRIVEN.contains(name)) {
            entries.put(name, text(map.get(name)));
          }
        }
        // A copy has properties of its own, so that it has some.
        yield entries.isEmpty() ? "null" : entries.toString();
      }
      case SDTStream stream -> {
        List<String> values = new ArrayList<>();
        stream.rewind();
        while (stream.hasRemaining()) {
          values.add(text(stream.read()));
        }
        yield values.toString();
      }
      case Destination destination ->
          destination.getClass().getSimpleName() + " " + destination + " " + destination.getName();
      case ByteArray bytes -> text(bytes.asBytes());
      default -> value.getClass().getSimpleName() + " " + value;
    };
  }
}
