package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileClientTest {
  private static final int TIMEOUT_MILLIS = 30_000;

  private static Socket open(SandboxBroker broker) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(broker.host(), broker.smfPort()), TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  /// Whether the broker ends the connection: by end of stream, or by a reset.
  private static boolean isEnded(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return e.getMessage() != null && e.getMessage().contains("reset");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // No frame: text, zeros, another protocol's hello.
        "68656c6c6f2c2062726f6b657221",
        "000000000000000000000000",
        "160301020001000001fc0303",
        // A frame that says it is 2 GB long.
        "030c00010000000c7fffffff",
        // A header longer than its frame.
        "030c0001ffffffff0000000c"
      })
  void losesItsConnectionForAMalformedFrameAndHarmsNobody(String hex) throws Exception {
    Queue<String> log = new ConcurrentLinkedQueue<>();
    try (var sandbox = new Fixture(Wire.TCP, SandboxOptions.defaults().withLog(log::add))) {
      sandbox.openQueue("q", Map.of(), "t");
      var client = sandbox.connect();

      try (Socket socket = open(sandbox.broker())) {
        socket.getOutputStream().write(HexFormat.of().parseHex(hex));
        assertThat(isEnded(socket)).isTrue();
      }

      client.publish("t", "m");
      assertThat(sandbox.queue("q").depth()).isOne();
      Fixture.await(
          "a line says why",
          () -> log.stream().anyMatch(line -> line.contains("gone: malformed frame")));
    }
  }

  @Test
  void leavesInTheMiddleOfAFrameAndHarmsNobody() throws Exception {
    try (var sandbox = new Fixture(Wire.TCP, SandboxOptions.defaults())) {
      sandbox.openQueue("q", Map.of(), "t");
      try (Socket socket = open(sandbox.broker())) {
        socket.getOutputStream().write(HexFormat.of().parseHex("030c0001000000"));
      }

      sandbox.connect().publish("t", "m");
      assertThat(sandbox.queue("q").depth()).isOne();
    }
  }

  @Test
  void isNotLetInBeyondTheLimitOfConnections() throws Exception {
    var limits = SandboxOptions.Limits.ofThisHeap().withConnections(2);
    try (var broker = SandboxBroker.start(SandboxOptions.defaults().withLimits(limits));
        Socket one = open(broker);
        Socket other = open(broker);
        Socket third = open(broker)) {
      assertThat(one.isConnected() && other.isConnected()).isTrue();
      assertThat(isEnded(third)).isTrue();
    }
  }
}
