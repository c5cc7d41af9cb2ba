package stripebridge.service.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import stripebridge.service.http.RequestHead.Refusal;

/// What was read of a request's body. Memory grows with what has come, not with what a request says
/// it will send.
sealed interface Body {
  /// All of it. Whoever has it closes its `place` when it is stored or refused.
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares bodies.
  record Whole(byte[] bytes) implements Body {}

  /// It is not taken. The rest is unread.
  record Refused(Refusal refusal) implements Body {}

  // The usual event fits in, most of the time.
  int BYTES_FIRST = 4 << 10;

  /// Reads it.
  ///
  /// @param place what it may hold
  /// @throws IOException when the client or its connection ends before the body does
  static Body read(InputStream in, int bytesMax, Bodies.Place place) throws IOException {
    byte[] bytes = new byte[0];
    int count = 0;
    while (true) {
      if (count == bytes.length) {
        // One more than may be, to see whether there is more.
        int size = Math.min(Math.max(BYTES_FIRST, 2 * bytes.length), bytesMax + 1);
        if (size == bytes.length) {
          return new Refused(HeadReader.refusalOfTooLarge());
        }
        if (!place.grow(size)) {
          return new Refused(new Refusal(WebhookHandler.BUSY, "busy", null));
        }
        bytes = Arrays.copyOf(bytes, size);
      }
      int read = in.read(bytes, count, bytes.length - count);
      if (read < 0) {
        return place.isWhole()
            ? new Whole(Arrays.copyOf(bytes, count))
            : new Refused(new Refusal(WebhookHandler.BUSY, "gave_way", null));
      }
      count += read;
    }
  }
}
