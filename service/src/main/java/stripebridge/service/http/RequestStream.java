package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import stripebridge.service.http.RequestHead.Length;
import stripebridge.service.http.RequestHead.Refusal;

/// A connection's requests as bytes for Helidon: each head complete, legal and in HTTP/1.1; each
/// body up to its end and no further. Chunks are rewritten, so that none is larger than the bytes
/// that have arrived and none has an extension.
///
/// Used by the connection's own thread.
final class RequestStream implements Supplier<byte @Nullable []> {
  private static final int CHUNK_OVERHEAD_BYTES = 12;
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(ISO_8859_1);

  private final Connection connection;
  private final Input input;
  private final long bodyBytesMax;
  private @Nullable InterruptableTask<?> reader;
  private @Nullable RequestHead head;
  private @Nullable Chunks chunks;
  // The bytes left of a body that is not chunked.
  private long left;
  private boolean isBodyOver = true;
  private boolean mustContinue;

  RequestStream(Connection connection, Input input, long bodyBytesMax) {
    this.connection = connection;
    this.input = input;
    this.bodyBytesMax = bodyBytesMax;
  }

  /// @param reader can be interrupted while it waits for a request, but not within one
  void asksBy(InterruptableTask<?> reader) {
    this.reader = reader;
  }

  /// Whether the last request wants an answer without body.
  boolean isHeadRequest() {
    return head != null && head.method().equals("HEAD");
  }

  /// Whether no unread bytes are known.
  boolean isAtEnd() {
    return input.isAtEnd() || (isBodyOver && input.isEmpty() && head != null);
  }

  @Override
  public byte @Nullable [] get() {
    try {
      if (reader != null && reader.canInterrupt()) {
        if (!isBodyOver) {
          // The rest of a body must never be read as a request.
          throw new CloseConnectionException("the body before is not read");
        }
        return nextHead();
      }
      return isBodyOver ? null : nextOfBody();
    } catch (IOException e) {
      throw new ServerConnectionException("cannot read", e);
    }
  }

  private byte[] nextHead() throws IOException {
    connection.waits(head != null, !input.isEmpty());
    if (!input.isEmpty()) {
      connection.requestBegins();
    }
    HeadReader heads = new HeadReader(bodyBytesMax);
    while (true) {
      switch (input.head(heads)) {
        case HeadReader.Reading.Whole(RequestHead read, int next) -> {
          input.goOnAt(next);
          begin(read);
          return read.bytes();
        }
        case HeadReader.Reading.Refused(Refusal refusal) -> {
          connection.refusesHead(heads.seen());
          throw new CutException(refusal);
        }
        case HeadReader.Reading.More() -> {
          if (!fill(HeadReader.BYTES_MAX)) {
            if (input.isEmpty()) {
              throw new CloseConnectionException("the client is done");
            }
            throw new CutException(input.endedEarly());
          }
        }
      }
    }
  }

  private void begin(RequestHead read) {
    head = read;
    chunks = null;
    mustContinue = read.expectsContinue();
    switch (read.length()) {
      case Length.Bytes(long bytes) -> {
        left = bytes;
        isBodyOver = bytes == 0;
      }
      case Length.Chunked() -> {
        chunks = new Chunks(bodyBytesMax);
        isBodyOver = false;
      }
    }
    connection.headIsWhole(!isBodyOver);
  }

  private byte[] nextOfBody() throws IOException {
    if (mustContinue && input.isEmpty()) {
      if (connection.hasAnswered()) {
        // The client need not send its body, and we cannot know whether it will.
        throw new CloseConnectionException("it is refused before it was to go on");
      }
      connection.sendContinue();
    }
    mustContinue = false;
    Chunks apart = chunks;
    return apart == null ? nextBytes() : nextChunk(apart);
  }

  private byte[] nextBytes() throws IOException {
    byte[] piece = piece();
    left -= piece.length;
    if (left == 0) {
      bodyIsOver();
    }
    return piece;
  }

  private byte[] piece() throws IOException {
    byte[] piece;
    try {
      piece = input.piece(left);
    } catch (IOException e) {
      throw why(e);
    }
    if (piece.length == 0) {
      throw ended();
    }
    return piece;
  }

  private byte[] nextChunk(Chunks apart) throws IOException {
    while (true) {
      byte[] data;
      try {
        data = input.data(apart);
      } catch (Chunks.BrokenException e) {
        throw new CutException(
            e.isTooLarge()
                ? HeadReader.refusalOfTooLarge()
                : Refusal.of(
                    400, "body_broken", "The body is not valid HTTP: " + e.getMessage() + "."));
      }
      if (data.length > 0) {
        return chunk(data);
      }
      if (apart.isOver()) {
        bodyIsOver();
        return LAST_CHUNK;
      }
      if (!fill(HeadReader.BYTES_MAX)) {
        throw ended();
      }
    }
  }

  private static byte[] chunk(byte[] data) {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream(data.length + CHUNK_OVERHEAD_BYTES);
    chunk.writeBytes((Integer.toHexString(data.length) + "\r\n").getBytes(ISO_8859_1));
    chunk.writeBytes(data);
    chunk.write('\r');
    chunk.write('\n');
    return chunk.toByteArray();
  }

  private void bodyIsOver() {
    isBodyOver = true;
    connection.bodyIsWhole();
  }

  private boolean fill(int bytesMax) throws IOException {
    try {
      return input.fill(bytesMax);
    } catch (IOException e) {
      throw why(e);
    }
  }

  private IOException why(IOException e) {
    if (connection.isEnded()) {
      throw ended();
    }
    return e;
  }

  /// The answer for a connection that was told to go or ended within a body.
  private CloseConnectionException ended() {
    return connection.isEnded()
        ? connection.ended(!isBodyOver || !input.isEmpty())
        : new CutException(new Refusal(WebhookHandler.BROKEN, "body_broken", null));
  }
}
