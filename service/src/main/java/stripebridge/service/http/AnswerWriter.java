package stripebridge.service.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.OutputStream;

/// Writes a connection's answers immediately. Used by its own thread; others may check whether the
/// client reads them.
final class AnswerWriter implements DataWriter {
  // A client that reads this much within the stall time is slow, but it reads.
  private static final int PIECE_BYTES_MAX = 16 << 10;

  private final Connection connection;
  // When the client last read something; 0 while nothing is written.
  private volatile long progressAt;

  AnswerWriter(Connection connection) {
    this.connection = connection;
  }

  /// When the client last read some of what is being written, from [System#nanoTime]; 0 while
  /// nothing is written.
  long progressAt() {
    return progressAt;
  }

  @Override
  public void write(BufferData... buffers) {
    write(BufferData.create(buffers));
  }

  @Override
  public void write(BufferData buffer) {
    byte[] bytes = buffer.readBytes();
    write(bytes, connection.answersHead() ? headLength(bytes) : bytes.length);
  }

  /// Even when the last request was a HEAD: this is not an answer to it.
  void writeWhole(byte[] bytes) {
    write(bytes, bytes.length);
  }

  private void write(byte[] bytes, int length) {
    connection.writingBegins();
    try {
      OutputStream out = connection.outputStream();
      for (int at = 0; at < length; at += PIECE_BYTES_MAX) {
        progressAt = Math.max(1, System.nanoTime());
        out.write(bytes, at, Math.min(PIECE_BYTES_MAX, length - at));
      }
      out.flush();
    } catch (IOException e) {
      connection.isNotWritten();
      throw new ServerConnectionException("the client is gone", e);
    } finally {
      progressAt = 0;
    }
    connection.isWritten();
  }

  /// Helidon answers HEAD with a body, which the client would take for the next answer. It writes
  /// each answer in one call.
  private static int headLength(byte[] bytes) {
    for (int i = 3; i < bytes.length; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return bytes.length;
  }

  @Override
  public void writeNow(BufferData... buffers) {
    write(buffers);
  }

  @Override
  public void writeNow(BufferData buffer) {
    write(buffer);
  }
}
