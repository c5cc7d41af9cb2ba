package stripebridge.service.inbox.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// An event's body as Redis has it: as Stripe sent it, or deflated where that makes it smaller.
///
/// Deflate starts with a dictionary, the lines that Stripe's events share: a body of 3 KB is too
/// short to repeat itself much. Stored bodies cannot be read without it, so the file never changes;
/// a better one needs another format.
///
/// The checksum of an entry covers the body as Stripe sent it, and so finds what a damaged body
/// inflates to. Raw deflate thus has no checksum of its own.
///
/// Thread-safe.
///
/// @param bytes what Redis has
/// @param deflatedFrom as stored: the number of bytes of the event's body in decimal; empty when
///   `bytes` is that body. Anything in a damaged entry.
// Made once for an entry, and never compared.
@SuppressWarnings("ArrayRecordComponent")
record StoredBody(byte[] bytes, String deflatedFrom) {
  /// The name of `deflatedFrom` in an entry.
  static final String DEFLATED = "deflated";

  /// A webhook with a larger body is refused. A larger number is damage, and no memory is taken for
  /// it.
  static final int SIZE_MAX = 1 << 20;

  /// About what the mark takes in an entry: a body that gets hardly smaller stays as it is.
  private static final int GAIN_MIN = 64;

  private static final byte[] DICTIONARY = dictionary();

  /// Each has 256 KiB of state, which takes as long to create as a body to deflate. A thread keeps
  /// its processor meanwhile, so no more are in use at once than there are processors.
  private static final ArrayBlockingQueue<Deflater> DEFLATERS =
      new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  /// The body as Stripe sent it.
  static StoredBody plain(byte[] body) {
    return new StoredBody(body, "");
  }

  /// The body deflated, or as it is if that saves nothing.
  static StoredBody smallest(byte[] body) {
    if (body.length <= GAIN_MIN || body.length > SIZE_MAX) {
      return plain(body);
    }
    Deflater idle = DEFLATERS.poll();
    // Level 1: higher ones take twice the time for a tenth of the size.
    Deflater deflater = idle == null ? new Deflater(Deflater.BEST_SPEED, true) : idle;
    deflater.reset();
    deflater.setDictionary(DICTIONARY);
    deflater.setInput(body);
    deflater.finish();
    byte[] target = new byte[body.length - GAIN_MIN];
    int size = deflater.deflate(target);
    boolean isSmaller = deflater.finished();
    if (!DEFLATERS.offer(deflater)) {
      deflater.end();
    }
    return isSmaller
        ? new StoredBody(Arrays.copyOf(target, size), Integer.toString(body.length))
        : plain(body);
  }

  /// @param values an entry's names and values
  static StoredBody of(Map<String, byte[]> values) {
    return new StoredBody(values.getOrDefault("body", new byte[0]), Reply.text(values, DEFLATED));
  }

  /// The body as Stripe sent it; absent when it is damaged. Never larger than [#SIZE_MAX], unless
  /// it was stored as it is.
  Optional<byte[]> body() {
    if (deflatedFrom.isEmpty()) {
      return Optional.of(bytes);
    }
    byte[] found = inflate();
    return Integer.toString(found.length).equals(deflatedFrom)
        ? Optional.of(found)
        : Optional.empty();
  }

  /// The body; of a damaged one all that can be read, or else what is stored.
  byte[] readable() {
    if (deflatedFrom.isEmpty()) {
      return bytes;
    }
    byte[] found = inflate();
    return found.length == 0 ? bytes : found;
  }

  /// What `bytes` inflate to before their end, the first damage, or the promised size; one byte
  /// more than promised if there is more.
  private byte[] inflate() {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setDictionary(DICTIONARY);
      inflater.setInput(bytes);
      byte[] target = new byte[promised() + 1];
      int size = 0;
      try {
        int count;
        do {
          count = inflater.inflate(target, size, target.length - size);
          size += count;
        } while (count > 0 && size < target.length);
      } catch (DataFormatException _) {
        // The bytes before the damage were written, but not returned as a count.
        size = (int) inflater.getBytesWritten();
      }
      return Arrays.copyOf(target, size);
    } finally {
      inflater.end();
    }
  }

  /// The size that the mark names, or the largest if that is damaged.
  private int promised() {
    try {
      int size = Integer.parseInt(deflatedFrom);
      return size > 0 && size <= SIZE_MAX ? size : SIZE_MAX;
    } catch (NumberFormatException _) {
      return SIZE_MAX;
    }
  }

  private static byte[] dictionary() {
    String name = "format-3.dictionary";
    try (InputStream in = StoredBody.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its file " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
