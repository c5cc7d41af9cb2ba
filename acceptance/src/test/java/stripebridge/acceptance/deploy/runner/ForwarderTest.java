package stripebridge.acceptance.deploy.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwarderTest {
  private static final int PORT = 8080;

  @TempDir Path folder;

  /// A server that answers each line with its name.
  private static ServerSocket server(String name) throws IOException {
    ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(() -> {
          while (true) {
            try (Socket socket = server.accept()) {
              byte[] line = socket.getInputStream().readNBytes(2);
              socket.getOutputStream().write((name + new String(line, UTF_8)).getBytes(UTF_8));
            } catch (IOException _) {
              return;
            }
          }
        });
    return server;
  }

  private static void end(ServerSocket server) throws IOException {
    server.close();
  }

  private static String ask(String address) throws IOException {
    try (Socket socket = new Socket(address, PORT)) {
      socket.getOutputStream().write("hi".getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      if (answer.isEmpty()) {
        // A target that ends while it is asked may look like this.
        throw new EOFException("no answer");
      }
      return answer;
    }
  }

  private static InetSocketAddress addressOf(ServerSocket server) {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  @Test
  void takesTargetsInTurnAndResetsWhatOneRefuses() throws Exception {
    Assumptions.assumeTrue(Network.isPossible());
    String address = new Network(folder).newAddress();
    List<InetSocketAddress> targets = new CopyOnWriteArrayList<>();
    try (ServerSocket one = server("one ");
        ServerSocket two = server("two ");
        Forwarder _ = Forwarder.start(address, PORT, () -> targets)) {
      targets.addAll(List.of(addressOf(one), addressOf(two)));
      List<String> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        answers.add(ask(address));
      }
      assertThat(answers).containsExactlyInAnyOrder("one hi", "one hi", "two hi", "two hi");
      end(one);
      assertThatThrownBy(() -> ask(address)).isInstanceOf(IOException.class);
      assertThat(ask(address)).isEqualTo("two hi");
      targets.clear();
      assertThatThrownBy(() -> ask(address)).isInstanceOf(IOException.class);
    }
  }
}
