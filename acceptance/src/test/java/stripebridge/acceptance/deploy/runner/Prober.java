package stripebridge.acceptance.deploy.runner;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Asks containers. Each method blocks. Thread-safe.
final class Prober implements AutoCloseable {
  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
  private final Node node;

  Prober(Node node) {
    this.node = node;
  }

  /// Whether the container answers well within the time.
  boolean isGood(Check check, PodPlan plan, PodFolder folder, String address, Duration timeout) {
    try {
      return switch (check) {
        case Check.HttpGet(String path, int port) -> isGood(address, port, path, timeout);
        case Check.Tcp(int port) -> {
          try (Socket socket = new Socket()) {
            socket.connect(
                new InetSocketAddress(address, port), Math.toIntExact(timeout.toMillis()));
            yield true;
          }
        }
        case Check.Exec exec -> isGood(exec, plan, folder, address, timeout);
      };
    } catch (IOException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean isGood(String address, int port, String path, Duration timeout)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + ":" + port + path))
            .timeout(timeout)
            .build();
    int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    return status >= 200 && status < 400;
  }

  private boolean isGood(
      Check.Exec exec, PodPlan plan, PodFolder folder, String address, Duration timeout)
      throws IOException, InterruptedException {
    Path log = folder.log().resolveSibling("exec.log");
    Process process =
        node.process(plan, folder, address, exec.command())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
