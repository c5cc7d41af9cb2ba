package stripebridge.service.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The bytes that have arrived on a connection and are not consumed yet. Used by its own thread.
final class Input {
  // Each idle connection has a buffer of this size, which holds the usual head.
  static final int BYTES_FIRST = 4 << 10;
  // For a body that arrives fast.
  private static final int PIECE_BYTES_MAX = 16 << 10;

  private final Connection connection;
  private final InputStream in;
  private byte[] bytes = new byte[BYTES_FIRST];
  private int from;
  private int to;
  private int pieceBytes = BYTES_FIRST;
  private boolean isAtEnd;

  Input(Connection connection, InputStream in) {
    this.connection = connection;
    this.in = in;
  }

  boolean isEmpty() {
    return from == to;
  }

  /// Whether the input has ended.
  boolean isAtEnd() {
    return isAtEnd;
  }

  /// Waits for more bytes.
  ///
  /// @param bytesMax the most to keep here; larger than what is here now
  /// @return whether more came
  boolean fill(int bytesMax) throws IOException {
    if (isEmpty()) {
      from = 0;
      to = 0;
      if (bytes.length > BYTES_FIRST) {
        bytes = new byte[BYTES_FIRST];
      }
    } else if (to == bytes.length) {
      int waiting = to - from;
      int size = from > 0 && waiting < bytes.length / 2 ? bytes.length : 2 * bytes.length;
      byte[] moved = new byte[Math.max(waiting + 1, Math.min(size, bytesMax))];
      System.arraycopy(bytes, from, moved, 0, waiting);
      bytes = moved;
      from = 0;
      to = waiting;
    }
    int read = in.read(bytes, to, bytes.length - to);
    if (read < 0) {
      isAtEnd = true;
      return false;
    }
    connection.requestBegins();
    to += read;
    return true;
  }

  /// Takes the bytes that are here, or waits for some.
  ///
  /// @param max bytes
  /// @return empty at the end of the input
  byte[] piece(long max) throws IOException {
    if (!isEmpty()) {
      int count = (int) Math.min(max, to - from);
      byte[] piece = Arrays.copyOfRange(bytes, from, from + count);
      from += count;
      return piece;
    }
    // A slow sender is not worth a larger buffer.
    byte[] piece = new byte[(int) Math.min(max, pieceBytes)];
    int read = in.read(piece);
    if (read < 0) {
      isAtEnd = true;
      return new byte[0];
    }
    pieceBytes = read == piece.length ? PIECE_BYTES_MAX : BYTES_FIRST;
    return read == piece.length ? piece : Arrays.copyOf(piece, read);
  }

  void skip(int count) {
    from += count;
  }

  /// Takes all bytes that are here.
  byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, from, to);
    from = to;
    return rest;
  }

  boolean isTls() {
    return NotHttp.isTls(bytes, from, to);
  }

  /// Whether a PROXY header may be arriving.
  boolean mayBeProxyHeader() {
    return !isEmpty() && NotHttp.mayBeNamed(bytes, from, to);
  }

  /// Whether a PROXY header of either version has arrived.
  boolean isProxyHeader() {
    return NotHttp.of(bytes, from, to) == NotHttp.PROXY_HEADER;
  }

  ProxyHeader proxyHeader() {
    return ProxyHeader.read(bytes, from, to);
  }

  HeadReader.Reading head(HeadReader reader) {
    return reader.read(bytes, from, to);
  }

  /// Consumes a head's bytes.
  ///
  /// @param next from [HeadReader.Reading.Whole]
  void goOnAt(int next) {
    from = next;
  }

  RequestHead.Refusal endedEarly() {
    return HeadReader.endedEarly(bytes, from, to);
  }

  /// Decodes chunks as far as they are here.
  ///
  /// @return the first piece of data; empty without data
  byte[] data(Chunks chunks) throws Chunks.BrokenException {
    Chunks.Piece piece = chunks.take(bytes, from, to);
    from = piece.next();
    return Arrays.copyOfRange(bytes, piece.from(), piece.from() + piece.length());
  }
}
