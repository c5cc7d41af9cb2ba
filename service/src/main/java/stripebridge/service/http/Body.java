package stripebridge.service.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// What was read of a request's body. Memory grows with what has come, not with what a request says
/// it will send.
sealed interface Body {
  /// All of it. Whoever has it gives `held` back to the budget when it is stored or refused.
  ///
  /// @param held bytes taken from the budget
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares bodies.
  record Whole(byte[] bytes, int held) implements Body {}

  /// It is larger than one may be. The rest is unread.
  record TooLarge() implements Body {}

  /// All bodies together are larger than they may be. The rest is unread.
  record NoRoom() implements Body {}

  /// It ended early, or is no body that HTTP knows. The rest is unread.
  record Broken() implements Body {}

  // The usual event fits in, most of the time.
  int BYTES_FIRST = 4 << 10;

  /// Reads it.
  ///
  /// @throws IOException when the client or its connection ends before the body does
  static Body read(InputStream in, int bytesMax, BodyBudget budget) throws IOException {
    int held = 0;
    boolean isKept = false;
    try {
      byte[] bytes = new byte[0];
      int count = 0;
      while (true) {
        if (count == bytes.length) {
          // One more than may be, to see whether there is more.
          int size = Math.min(Math.max(BYTES_FIRST, 2 * bytes.length), bytesMax + 1);
          if (size == bytes.length) {
            return new TooLarge();
          }
          if (!budget.take(size - held)) {
            return new NoRoom();
          }
          held = size;
          bytes = Arrays.copyOf(bytes, size);
        }
        int read = in.read(bytes, count, bytes.length - count);
        if (read < 0) {
          isKept = true;
          return new Whole(Arrays.copyOf(bytes, count), held);
        }
        count += read;
      }
    } finally {
      if (!isKept) {
        budget.giveBack(held);
      }
    }
  }
}
