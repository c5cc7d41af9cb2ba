package stripebridge.sandbox.internal.smf;

import static stripebridge.sandbox.internal.smf.Bytes.i32;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Splits a stream into frames. The buffer grows only with bytes that have arrived, up to the frame
/// limit, so that a false length costs nothing. Not thread-safe.
public final class FrameReader {
  private static final int BUFFER = 64 * 1024;

  private final InputStream in;
  private final Frame frame = new Frame();
  private byte[] buffer = new byte[BUFFER];
  private int from;
  private int to;
  private int frameMax;

  public FrameReader(InputStream in, int frameMax) {
    this.in = in;
    this.frameMax = frameMax;
  }

  /// Changes the frame limit, in bytes.
  public void frameMax(int bytes) {
    frameMax = bytes;
  }

  /// The next frame, valid until the next call; null at the end of the stream.
  ///
  /// @throws MalformedFrameException when the bytes are not a frame, or the frame is too large
  /// @throws EOFException when the stream ends within a frame
  public @Nullable Frame next() throws IOException {
    if (from == to) {
      from = 0;
      to = 0;
      if (buffer.length > BUFFER) {
        buffer = new byte[BUFFER];
      }
      if (!fill()) {
        return null;
      }
    }
    require(Protocol.FIXED_HEADER);
    int first = buffer[from] & 0xff;
    if ((first & 7) != Protocol.VERSION) {
      throw new MalformedFrameException("not SMF version 3: first byte 0x%02x".formatted(first));
    }
    int headerLength = i32(buffer, from + 4);
    int totalLength = i32(buffer, from + 8);
    if (headerLength < Protocol.FIXED_HEADER
        || totalLength < headerLength
        || totalLength > frameMax) {
      throw new MalformedFrameException(
          "a frame of %d bytes with a header of %d, where %d are allowed"
              .formatted(totalLength & 0xffff_ffffL, headerLength & 0xffff_ffffL, frameMax));
    }
    require(totalLength);
    frame.read(buffer, from, headerLength, totalLength);
    from += totalLength;
    return frame;
  }

  private void require(int count) throws IOException {
    while (to - from < count) {
      if (!fill()) {
        throw new EOFException("the stream ended within a frame");
      }
    }
  }

  private boolean fill() throws IOException {
    if (to == buffer.length) {
      if (from > 0) {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
      } else {
        buffer = Arrays.copyOf(buffer, Math.min(buffer.length * 2, Math.max(frameMax, BUFFER)));
      }
    }
    int count = in.read(buffer, to, buffer.length - to);
    if (count < 0) {
      return false;
    }
    to += count;
    return true;
  }
}
