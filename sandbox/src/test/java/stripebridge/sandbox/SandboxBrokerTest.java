package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("it inspects all threads of the process")
class SandboxBrokerTest {
  @TempDir private Path folder;

  private static List<Integer> portsOf(SandboxBroker broker) {
    return List.of(
        broker.smfPort(),
        URI.create(broker.webUri()).getPort(),
        broker.sempPort(),
        URI.create(broker.smfTlsUri()).getPort(),
        URI.create(broker.webTlsUri()).getPort(),
        URI.create(broker.sempTlsUri()).getPort());
  }

  /// A dump of all threads, including virtual ones.
  private String threads() {
    try {
      Path dump = folder.resolve("threads.json");
      Files.deleteIfExists(dump);
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(dump.toString(), ThreadDumpFormat.JSON);
      return Files.readString(dump);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20})
  void leavesNoThreadAndNoPortBehind(int latencyMillis) throws Exception {
    ArrayList<Integer> ports = new ArrayList<>();
    SandboxOptions options =
        SandboxOptions.defaults()
            .withLatency(Duration.ofMillis(latencyMillis))
            .withPorts(new SandboxOptions.Ports(0, Optional.of(0), 0))
            .withTls(new SandboxOptions.Tls(0, Optional.of(0), 0, Optional.empty()));
    Client client;
    try (SandboxBroker broker = SandboxBroker.start(options)) {
      ports.addAll(portsOf(broker));
      assertThat(ports).doesNotHaveDuplicates();
      broker.vpn("default").createOpenQueue("q", "t");
      client = Client.connect(broker.smfUri());
      client.publish("t", "one");
      client.consume("q").next();
      assertThat(threads()).contains("sandbox-");
    }
    // Otherwise it would reconnect again and again, to a port that may belong to another process by
    // then.
    client.close();

    Fixture.await("no thread is left", () -> !threads().contains("sandbox-"));
    for (int port : ports) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        assertThat(socket.getLocalPort()).isEqualTo(port);
      }
    }
  }

  @Test
  void namesThePortThatIsTaken() {
    try (SandboxBroker first = SandboxBroker.start()) {
      SandboxOptions.Ports ports = new SandboxOptions.Ports(first.smfPort(), Optional.empty(), 0);
      assertThatThrownBy(() -> SandboxBroker.start(SandboxOptions.defaults().withPorts(ports)))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("127.0.0.1:" + first.smfPort());
    }
  }

  @Test
  void remembersTheLastMessagesOfAQueueAndNoMore() throws Exception {
    SandboxOptions.Limits usual = SandboxOptions.Limits.ofThisHeap();
    SandboxOptions.Limits limits =
        new SandboxOptions.Limits(
            usual.connections(),
            usual.frameBytes(),
            usual.outputBytes(),
            usual.spoolBytes(),
            3,
            1_000);
    try (Fixture sandbox =
        new Fixture(SmfTransport.TCP, SandboxOptions.defaults().withLimits(limits))) {
      sandbox.openQueue("q", Map.of(), "t");
      Client client = sandbox.connect();
      client.publish("t", "m0", "m1", "m2", "m3");
      assertThat(texts(sandbox)).containsExactly("m1", "m2", "m3");

      String large = "x".repeat(800);
      client.publish("t", large, "m4");
      // Now the byte limit counts: the large message leaves no room for more.
      assertThat(texts(sandbox)).contains(large, "m4").doesNotContain("m1");

      sandbox.vpn().deleteQueue("q");
      sandbox.openQueue("q", Map.of(), "t");
      assertThat(texts(sandbox)).isEmpty();
      client.publish("t", IntStream.range(5, 8).mapToObj(i -> "m" + i).toArray(String[]::new));
      assertThat(texts(sandbox)).containsExactly("m5", "m6", "m7");
    }
  }

  private static List<String> texts(Fixture sandbox) {
    return sandbox.queue("q").recorded().stream().map(RecordedMessage::text).toList();
  }
}
