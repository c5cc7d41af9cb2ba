package stripebridge.sandbox.internal.net;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// WebSocket (RFC 6455) on top of a socket. Frame boundaries have no meaning: the payloads form one
/// stream of bytes in each direction.
final class WebSocketTransport implements Transport {
  private static final String PROTOCOL = "smf.solacesystems.com";
  private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int REQUEST_BYTES_MAX = 8 * 1024;
  private static final int CONTROL_BYTES_MAX = 125;

  private static final int CONTINUATION = 0;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private final Transport below;
  private final InputStream from;
  private final PayloadInput in = new PayloadInput();
  private final FrameOutput out = new FrameOutput();

  private WebSocketTransport(Transport below, InputStream from) {
    this.below = below;
    this.from = from;
  }

  /// Answers the client's upgrade request.
  ///
  /// @return null when the client asked for something else; it then has a 426 response
  static @Nullable WebSocketTransport upgrade(Transport below) throws IOException {
    BufferedInputStream from = new BufferedInputStream(below.in(), 64 * 1024);
    Map<String, String> headers = readRequest(from);
    String key = headers.get("sec-websocket-key");
    if (key == null
        || !headers.getOrDefault("upgrade", "").toLowerCase(Locale.ROOT).contains("websocket")) {
      answer(below, "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\n");
      return null;
    }
    boolean namesProtocol = headers.getOrDefault("sec-websocket-protocol", "").contains(PROTOCOL);
    answer(
        below,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + accept(key)
            + "\r\n"
            + (namesProtocol ? "Sec-WebSocket-Protocol: " + PROTOCOL + "\r\n" : ""));
    return new WebSocketTransport(below, from);
  }

  private static void answer(Transport below, String head) throws IOException {
    below.out().write((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    below.out().flush();
  }

  private static Map<String, String> readRequest(InputStream from) throws IOException {
    HashMap<String, String> headers = new HashMap<>();
    StringBuilder line = new StringBuilder();
    for (int count = 0; count < REQUEST_BYTES_MAX; count++) {
      int next = from.read();
      if (next < 0) {
        throw new EOFException("the stream ended within an HTTP request");
      }
      if (next != '\n') {
        line.append((char) next);
        continue;
      }
      String text = line.toString().strip();
      if (text.isEmpty()) {
        return headers;
      }
      int colon = text.indexOf(':');
      if (colon > 0) {
        String name = text.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        headers.merge(name, text.substring(colon + 1).strip(), (one, other) -> one + "," + other);
      }
      line.setLength(0);
    }
    throw new ProtocolException("an HTTP request of more than " + REQUEST_BYTES_MAX + " bytes");
  }

  private static String accept(String key) {
    try {
      byte[] salted = (key.strip() + ACCEPT_SALT).getBytes(StandardCharsets.ISO_8859_1);
      // RFC 6455 prescribes SHA-1; nothing secret depends on it.
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(salted));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /// The payload bytes from the client, unmasked. Read by one thread.
  private final class PayloadInput extends InputStream {
    private final byte[] mask = new byte[4];
    private long left;
    private long position;
    private boolean isEnded;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int at, int count) throws IOException {
      while (left == 0) {
        if (isEnded || !nextFrame()) {
          isEnded = true;
          return -1;
        }
      }
      int read = from.read(to, at, (int) Math.min(count, left));
      if (read < 0) {
        throw new EOFException("the stream ended within a WebSocket frame");
      }
      for (int i = 0; i < read; i++) {
        to[at + i] ^= mask[(int) ((position + i) & 3)];
      }
      position += read;
      left -= read;
      return read;
    }

    /// Advances to the next data frame; false at the end of the stream.
    private boolean nextFrame() throws IOException {
      while (true) {
        int first = from.read();
        if (first < 0) {
          return false;
        }
        int second = readByte();
        if ((second & 0x80) == 0) {
          throw new ProtocolException("a WebSocket frame without a mask");
        }
        long length = length(second & 0x7f);
        for (int i = 0; i < mask.length; i++) {
          mask[i] = (byte) readByte();
        }
        position = 0;
        switch (first & 0xf) {
          case BINARY, CONTINUATION -> {
            left = length;
            return true;
          }
          case CLOSE -> {
            out.writeFrame(CLOSE, control(length), CONTROL_BYTES_MAX);
            return false;
          }
          case PING -> out.writeFrame(PONG, control(length), CONTROL_BYTES_MAX);
          case PONG -> control(length);
          default -> throw new ProtocolException("a WebSocket frame of type " + (first & 0xf));
        }
      }
    }

    private long length(int small) throws IOException {
      int bytes = small == 127 ? 8 : small == 126 ? 2 : 0;
      long length = bytes == 0 ? small : 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | readByte();
      }
      if (length < 0) {
        throw new ProtocolException("a WebSocket frame of a negative length");
      }
      return length;
    }

    private byte[] control(long length) throws IOException {
      if (length > CONTROL_BYTES_MAX) {
        throw new ProtocolException("a WebSocket control frame of " + length + " bytes");
      }
      byte[] payload = from.readNBytes((int) length);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i & 3];
      }
      return payload;
    }

    private int readByte() throws IOException {
      int next = from.read();
      if (next < 0) {
        throw new EOFException("the stream ended within a WebSocket frame");
      }
      return next;
    }
  }

  /// Writes to the client, each write as one binary frame. The reading thread answers pings in
  /// between.
  private final class FrameOutput extends OutputStream {
    private final ReentrantLock lock = new ReentrantLock();

    @Override
    public void write(int single) throws IOException {
      write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] payload, int at, int count) throws IOException {
      lock.lock();
      try {
        below.out().write(head(BINARY, count));
        below.out().write(payload, at, count);
        below.out().flush();
      } finally {
        lock.unlock();
      }
    }

    void writeFrame(int type, byte[] payload, int max) throws IOException {
      lock.lock();
      try {
        int count = Math.min(payload.length, max);
        below.out().write(head(type, count));
        below.out().write(payload, 0, count);
        below.out().flush();
      } finally {
        lock.unlock();
      }
    }

    private byte[] head(int type, int count) {
      byte first = (byte) (0x80 | type);
      if (count < 126) {
        return new byte[] {first, (byte) count};
      }
      if (count < 1 << 16) {
        return new byte[] {first, 126, (byte) (count >> 8), (byte) count};
      }
      return new byte[] {
        first,
        127,
        0,
        0,
        0,
        0,
        (byte) (count >> 24),
        (byte) (count >> 16),
        (byte) (count >> 8),
        (byte) count
      };
    }
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public InetAddress address() {
    return below.address();
  }

  @Override
  public String description() {
    return below.description().replaceFirst("^tcp", "ws");
  }

  @Override
  public boolean isTls() {
    return below.isTls();
  }

  @Override
  public void readTimeout(int millis) throws IOException {
    below.readTimeout(millis);
  }

  @Override
  public void abort() {
    below.abort();
  }
}
