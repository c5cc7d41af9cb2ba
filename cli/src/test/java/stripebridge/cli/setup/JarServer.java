package stripebridge.cli.setup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// A server on the loopback that answers each request as a test wants it, down to the bytes: whole,
/// cut off, or not at all. It closes each connection after its answer.
final class JarServer implements AutoCloseable {
  private final ServerSocket socket;
  private final Answer answer;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  /// Answers one request.
  @FunctionalInterface
  interface Answer {
    /// Writes a whole answer, or part of one.
    ///
    /// @param head the request line and all headers
    void to(String head, OutputStream out) throws IOException;
  }

  private JarServer(ServerSocket socket, Answer answer) {
    this.socket = socket;
    this.answer = answer;
  }

  static JarServer start(Answer answer) throws IOException {
    JarServer server =
        new JarServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), answer);
    Thread.ofVirtual().start(server::serve);
    return server;
  }

  /// Answers with this status, these headers and this body; nothing is added.
  static void send(OutputStream out, String statusAndHeaders, byte[] body) throws IOException {
    out.write(("HTTP/1.1 " + statusAndHeaders + "\r\n\r\n").getBytes(ISO_8859_1));
    out.write(body);
    out.flush();
  }

  /// Answers with a file.
  static Answer file(byte[] content) {
    return (_, out) -> send(out, "200 OK\r\nContent-Length: " + content.length, content);
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  /// The heads of the requests so far.
  List<String> requests() {
    return requests;
  }

  /// Keeps a connection open until the server is closed.
  void hold() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    while (accept().isPresent()) {}
  }

  private Optional<Thread> accept() {
    try {
      Socket connection = socket.accept();
      return Optional.of(Thread.ofVirtual().start(() -> answer(connection)));
    } catch (IOException _) {
      return Optional.empty(); // It is closed.
    }
  }

  private void answer(Socket connection) {
    try (connection;
        InputStream in = connection.getInputStream();
        OutputStream out = connection.getOutputStream()) {
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, ISO_8859_1));
      StringBuilder head = new StringBuilder();
      for (String line = reader.readLine();
          line != null && !line.isEmpty();
          line = reader.readLine()) {
        head.append(line).append('\n');
      }
      requests.add(head.toString());
      answer.to(head.toString(), out);
    } catch (IOException e) {
      throw new UncheckedIOException("the client left", e);
    }
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    socket.close();
  }
}
