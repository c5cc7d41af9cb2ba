package stripebridge.sandbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.jcsmp.JCSMPChannelProperties;
import com.solacesystems.jcsmp.JCSMPProperties;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileClientTest {
  private static final int ROUNDS = 300;

  private static final String UPGRADE =
      String.join(
          "\r\n",
          "GET / HTTP/1.1",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "\r\n");

  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private final Fixture sandbox =
      new Fixture(SmfTransport.TCP, SandboxOptions.defaults().withLog(log::add));

  @AfterEach
  void close() {
    sandbox.close();
  }

  private void awaitLine(String part) throws InterruptedException {
    Fixture.await(
        "a line says '" + part + "'", () -> log.stream().anyMatch(line -> line.contains(part)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Not a frame: text, zeros, another protocol's hello.
        "68656c6c6f2c2062726f6b657221",
        "000000000000000000000000",
        "160301020001000001fc0303",
        // A frame that claims to be 2 GB long.
        "030c00010000000c7fffffff",
        // A header longer than its frame.
        "030c0001ffffffff0000000c",
        // A message before a login.
        "030d00010000000c0000000c"
      })
  void losesItsConnectionForAMalformedFrameAndHarmsNobody(String hex) throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();

    try (RawClient hostile = new RawClient(sandbox.broker())) {
      assertThat(hostile.send(HexFormat.of().parseHex(hex)).isEnded()).isTrue();
    }

    client.publish("t", "m");
    assertThat(sandbox.queue("q").depth()).isOne();
    awaitLine("disconnected: malformed frame");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Without a mask, which only servers may send.
        "8203010203",
        // A text frame, which SMF never uses.
        "818101020304ff",
        // A ping that is too long, and a negative length.
        "89fe00ff01020304",
        "82ffffffffffffffffff01020304",
        // Not SMF inside.
        "828c000000000000000000000000000000000000"
      })
  void losesItsConnectionForAMalformedWebSocketFrame(String hex) throws Exception {
    try (RawClient hostile = new RawClient(sandbox.broker())) {
      hostile.send(UPGRADE.getBytes(US_ASCII), HexFormat.of().parseHex(hex));
      assertThat(hostile.isEnded()).isTrue();
    }
    awaitLine("disconnected: malformed frame");
  }

  @Test
  void isToldToUpgradeWhenItSpeaksPlainHttp() throws Exception {
    try (RawClient browser = new RawClient(sandbox.broker())) {
      browser.send("GET / HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(US_ASCII));
      assertThat(new String(browser.in().readAllBytes(), US_ASCII)).startsWith("HTTP/1.1 426 ");
    }
  }

  @Test
  void losesItsConnectionForEndlessHeaders() throws Exception {
    try (RawClient hostile = new RawClient(sandbox.broker())) {
      hostile.send(("GET / HTTP/1.1\r\nX: " + "x".repeat(10_000)).getBytes(US_ASCII));
      assertThat(hostile.isEnded()).isTrue();
    }
    awaitLine("an HTTP request of more than");
  }

  @Test
  void leavesInTheMiddleOfAFrameAndHarmsNobody() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    try (RawClient hostile = new RawClient(sandbox.broker())) {
      hostile.send(HexFormat.of().parseHex("030c0001000000"));
    }

    sandbox.connect().publish("t", "m");
    assertThat(sandbox.queue("q").depth()).isOne();
  }

  @Test
  void isRefusedBeyondTheConnectionLimit() throws Exception {
    SandboxOptions.Limits limits = SandboxOptions.Limits.ofThisHeap().withConnections(2);
    try (SandboxBroker broker = SandboxBroker.start(SandboxOptions.defaults().withLimits(limits));
        RawClient one = new RawClient(broker);
        RawClient other = new RawClient(broker);
        RawClient third = new RawClient(broker)) {
      // Both are logged in, so both have certainly been accepted.
      assertThat(one.send(RawClient.login("one", 0)).receives()).isTrue();
      assertThat(other.send(RawClient.login("other", 0)).receives()).isTrue();
      assertThat(third.isEnded()).isTrue();
      assertThat(broker.vpn("default").clients()).containsExactly("one", "other");
    }
  }

  @Test
  void isDisconnectedWhenItMissesItsKeepalives() throws Exception {
    // The official client sends a keepalive per second too, and stays connected.
    Client client =
        sandbox.connect(properties -> {
          JCSMPChannelProperties channel =
              (JCSMPChannelProperties)
                  properties.getProperty(JCSMPProperties.CLIENT_CHANNEL_PROPERTIES);
          channel.setKeepAliveIntervalInMillis(1_000);
        });
    try (RawClient silent = new RawClient(sandbox.broker())) {
      assertThat(silent.send(RawClient.login("silent", 1)).isEnded()).isTrue();
    }
    awaitLine("disconnected: no keepalive in time");
    assertThat(client.events).isEmpty();
    assertThat(sandbox.vpn().clients()).hasSize(1);
  }

  /// Whatever a client sends after its login, at worst it ends its own connection.
  @Test
  void sendsAnythingAfterItsLoginAndHarmsNobody() throws Exception {
    long seed = seed();
    try {
      sendAnything(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
    } catch (Exception | AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private void sendAnything(RandomGenerator random) throws Exception {
    // Without delete permission: a bind request is a bit or two away from a delete request.
    sandbox.openQueue("q", Map.of("accessType", "non-exclusive", "permission", "consume"), "t");
    sandbox.openQueue("good", Map.of("permission", "consume"), "good");
    Client client = sandbox.connect();
    Client.BoundConsumer consumer = client.consume("good");
    for (int round = 0; round < rounds(); round++) {
      try (RawClient hostile = new RawClient(sandbox.broker())) {
        hostile.send(RawClient.login("hostile", 0));
        for (int frame = random.nextInt(8); frame >= 0; frame--) {
          hostile.send(corrupted(random));
        }
      } catch (IOException e) {
        // Disconnected while it was still sending.
        assertThat(e).hasMessageMatching("(?i).*(reset|pipe|abort).*");
      }
      if (round % 50 == 0) {
        client.publish("good", "m" + round);
        assertThat(consumer.nextTexts(1)).containsExactly("m" + round);
      }
    }
    // A client leaves the list a moment before its flows are unbound.
    Fixture.await(
        "it is gone", () -> sandbox.vpn().clients().size() == 1 && sandbox.queue("q").binds() == 0);
    assertThat(log).noneMatch(line -> line.contains("bug in the sandbox"));
  }

  private static byte[] corrupted(RandomGenerator random) throws IOException {
    byte[] frame =
        switch (random.nextInt(5)) {
          case 0 -> RawClient.bind("q", 5);
          case 1 -> RawClient.openPublisher("flow");
          case 2 -> RawClient.subscribe("a/*/b>");
          case 3 -> RawClient.login("other", 1);
          // A guaranteed message to topic `t`.
          default ->
              HexFormat.of()
                  .parseHex(
                      "9b0d00ff000000360000003896029801"
                          + "910a0000000000000001920a00000000000000001706000000011804"
                          + "0274001601016161");
        };
    // One in four stays intact; in the others a few bytes change after the frame's own lengths.
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(12, frame.length);
      frame[at] = (byte) (random.nextBoolean() ? random.nextInt() : frame[at] + 1);
    }
    return frame;
  }

  private static long seed() {
    String given = System.getProperty("seed", "");
    return given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
  }

  private static int rounds() {
    String given = System.getProperty("rounds", "");
    return given.isEmpty() ? ROUNDS : Integer.parseInt(given);
  }

  /// The broker may end a connection at any moment of a client's requests. Nothing may stay behind:
  /// a consumer that nobody reads would block an exclusive queue's messages forever.
  @Test
  void leavesNothingBehindWheneverItIsDisconnected() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    for (int round = 0; round < ROUNDS; round++) {
      try (RawClient dropped = new RawClient(sandbox.broker())) {
        dropped.send(
            RawClient.login("c", 0),
            RawClient.subscribe("t"),
            RawClient.openPublisher("flow"),
            RawClient.bind("q", 50));
        if (round % 4 != 0) {
          dropped.receives();
        }
        for (int i = round % 16 * 200; i > 0; i--) {
          Thread.onSpinWait();
        }
        sandbox.broker().inject(new Fault.DropConnection(0));
      }
    }

    Fixture.await("no client is left", () -> sandbox.vpn().clients().isEmpty());
    assertThat(sandbox.queue("q").binds()).isZero();
    Client client = sandbox.connect();
    client.publish("t", "m");
    try (Client.BoundConsumer consumer = client.consume("q")) {
      assertThat(consumer.nextTexts(1)).containsExactly("m");
    }
  }
}
