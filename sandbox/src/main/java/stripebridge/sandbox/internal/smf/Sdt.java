package stripebridge.sandbox.internal.smf;

import static stripebridge.sandbox.internal.smf.Bytes.i32;
import static stripebridge.sandbox.internal.smf.Bytes.i64;
import static stripebridge.sandbox.internal.smf.Bytes.u16;
import static stripebridge.sandbox.internal.smf.Bytes.u24;
import static stripebridge.sandbox.internal.smf.Bytes.u8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads structured data (SDT), the encoding of properties and map messages.
///
/// Values are `Boolean`, `Long`, `Float`, `Double`, `Character`, `String`, `byte[]`, `Map`, `List`
/// and [Destination].
public final class Sdt {
  private static final int DEPTH_MAX = 32;

  private final byte[] bytes;
  private int position;

  /// A topic or a queue as a value.
  public record Destination(boolean isQueue, String name) {}

  private Sdt(byte[] bytes, int position) {
    this.bytes = bytes;
    this.position = position;
  }

  /// The value that starts at `from`.
  ///
  /// @return null for SDT's own null
  /// @throws MalformedFrameException when it is not SDT, or ends beyond `to`
  public static @Nullable Object read(byte[] bytes, int from, int to)
      throws MalformedFrameException {
    return new Sdt(bytes, from).value(to, 0);
  }

  private @Nullable Object value(int limit, int depth) throws MalformedFrameException {
    if (limit - position < 2 || depth > DEPTH_MAX) {
      throw new MalformedFrameException("SDT value cut off or nested too deep");
    }
    int tag = u8(bytes, position);
    int lengthBytes = (tag & 3) + 1;
    int start = position + 1 + lengthBytes;
    if (start > limit) {
      throw new MalformedFrameException("SDT length cut off");
    }
    int length = length(position + 1, lengthBytes);
    if (length < 1 + lengthBytes || length > limit - position) {
      throw new MalformedFrameException("SDT value of %d bytes runs over".formatted(length));
    }
    int end = position + length;
    position = start;
    Object value = value(tag >> 2, start, end, depth);
    position = end;
    return value;
  }

  private int length(int at, int count) {
    return switch (count) {
      case 1 -> u8(bytes, at);
      case 2 -> u16(bytes, at);
      case 3 -> u24(bytes, at);
      default -> i32(bytes, at);
    };
  }

  private @Nullable Object value(int type, int from, int to, int depth)
      throws MalformedFrameException {
    int count = to - from;
    return switch (type) {
      case 0 -> null;
      case 1 -> count > 0 && bytes[from] != 0;
      case 2, 3 -> integer(from, count, type == 2);
      case 4 -> floating(from, count);
      case 5 -> (char) (count == 2 ? u16(bytes, from) : 0);
      case 6, 9 -> Arrays.copyOfRange(bytes, from, to);
      case 7 -> Bytes.text(bytes, from, count);
      case 8 -> destination(from, count);
      case 10 -> map(to, depth);
      case 11 -> list(to, depth);
      default -> throw new MalformedFrameException("SDT type " + type);
    };
  }

  private long integer(int from, int count, boolean isSigned) throws MalformedFrameException {
    if (count < 1 || count > 8) {
      throw new MalformedFrameException("SDT number of %d bytes".formatted(count));
    }
    long value = isSigned ? bytes[from] : u8(bytes, from);
    for (int i = 1; i < count; i++) {
      value = value << 8 | u8(bytes, from + i);
    }
    return value;
  }

  private Object floating(int from, int count) throws MalformedFrameException {
    return switch (count) {
      case 4 -> Float.intBitsToFloat(i32(bytes, from));
      case 8 -> Double.longBitsToDouble(i64(bytes, from));
      default -> throw new MalformedFrameException("SDT float of %d bytes".formatted(count));
    };
  }

  private Destination destination(int from, int count) throws MalformedFrameException {
    if (count < 1) {
      throw new MalformedFrameException("SDT destination of no bytes");
    }
    return new Destination(bytes[from] != 0, Bytes.text(bytes, from + 1, count - 1));
  }

  private Map<String, @Nullable Object> map(int end, int depth) throws MalformedFrameException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (position < end) {
      if (!(value(end, depth + 1) instanceof String key)) {
        throw new MalformedFrameException("SDT map key is not text");
      }
      map.put(key, value(end, depth + 1));
    }
    return map;
  }

  private List<@Nullable Object> list(int end, int depth) throws MalformedFrameException {
    List<@Nullable Object> list = new ArrayList<>();
    while (position < end) {
      list.add(value(end, depth + 1));
    }
    return list;
  }
}
