package stripebridge.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Sends raw bytes, for what the official client never does.
final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Socket socket = new Socket();

  RawClient(SandboxBroker broker) throws IOException {
    socket.connect(new InetSocketAddress(broker.host(), broker.smfPort()), TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
  }

  RawClient send(byte[]... frames) throws IOException {
    for (byte[] frame : frames) {
      out().write(frame);
    }
    return this;
  }

  OutputStream out() throws IOException {
    return socket.getOutputStream();
  }

  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  /// Waits for the broker to end the connection: by end of stream, or by a reset.
  boolean isEnded() {
    try {
      while (in().read() >= 0) {
        // Earlier bytes do not matter.
      }
      return true;
    } catch (IOException e) {
      return e.getMessage() != null && e.getMessage().contains("reset");
    }
  }

  /// Waits until something arrives.
  boolean receives() throws IOException {
    return in().read() >= 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  // Frames

  /// A login of user `default`.
  ///
  /// @param keepAliveSeconds the keepalive interval that the client declares; 0 for none
  static byte[] login(String clientName, int keepAliveSeconds) throws IOException {
    return frame(
        0x0c,
        header -> {
          credential(header, 0x06);
          credential(header, 0x07);
        },
        body -> {
          ByteArrayOutputStream parameters = new ByteArrayOutputStream();
          DataOutputStream out = new DataOutputStream(parameters);
          longParameter(out, 0x05, text(clientName));
          longParameter(out, 0x06, text("default"));
          longParameter(out, 0x12, new byte[1]);
          longParameter(out, 0x18, new byte[] {0, 0, 0, (byte) keepAliveSeconds});
          body.writeShort(0x0100);
          body.writeInt(6 + parameters.size());
          parameters.writeTo(body);
        });
  }

  /// A request to bind to a durable queue.
  static byte[] bind(String queue, int window) throws IOException {
    byte[] name = text(queue);
    return assured(
        0x04,
        body -> {
          body.writeShort(0x0700 | (2 + name.length));
          body.write(name);
          body.write(new byte[] {0x0b, 3, 1});
          body.write(new byte[] {0x03, 3, (byte) window});
        });
  }

  /// A request for a publisher flow.
  static byte[] openPublisher(String flow) throws IOException {
    byte[] name = text(flow);
    return assured(
        0x00,
        body -> {
          body.writeShort(0x0a00 | (2 + name.length));
          body.write(name);
          body.write(new byte[] {0x03, 3, 50});
        });
  }

  /// A subscription to direct messages.
  static byte[] subscribe(String topic) throws IOException {
    byte[] name = text(topic);
    return frame(
        0x0f,
        _ -> {},
        body -> {
          body.write(0x80);
          body.writeInt(6 + name.length);
          body.write(0x0c);
          body.write(name);
        });
  }

  private static byte[] assured(int type, Part parameters) throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    parameters.write(new DataOutputStream(rest));
    return frame(
        0x09,
        _ -> {},
        body -> {
          body.writeShort(0x0400 | type);
          body.writeInt(6 + rest.size());
          rest.writeTo(body);
        });
  }

  private static byte[] frame(int protocol, Part header, Part body) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    // The tag that the answer repeats.
    head.write(new byte[] {0x23, 0, 0, 1});
    header.write(new DataOutputStream(head));
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    body.write(new DataOutputStream(rest));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(all);
    out.write(new byte[] {3, (byte) protocol, 0, 1});
    out.writeInt(12 + head.size());
    out.writeInt(12 + head.size() + rest.size());
    head.writeTo(out);
    rest.writeTo(out);
    return all.toByteArray();
  }

  private static void credential(DataOutputStream out, int type) throws IOException {
    byte[] value = Base64.getEncoder().encode("default".getBytes(StandardCharsets.US_ASCII));
    out.write(type);
    out.write(2 + value.length);
    out.write(value);
  }

  private static void longParameter(DataOutputStream out, int type, byte[] value)
      throws IOException {
    out.write(type);
    out.writeInt(5 + value.length);
    out.write(value);
  }

  private static byte[] text(String text) {
    return (text + '\0').getBytes(StandardCharsets.UTF_8);
  }

  private interface Part {
    void write(DataOutputStream out) throws IOException;
  }
}
