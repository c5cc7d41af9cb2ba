package stripebridge.sandbox.internal.smf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Reads and writes big-endian numbers in a byte array. Callers check the bounds, or rely on the
/// array's own check.
public final class Bytes {
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Bytes() {}

  public static int u8(byte[] bytes, int at) {
    return bytes[at] & 0xff;
  }

  public static int u16(byte[] bytes, int at) {
    return (short) SHORTS.get(bytes, at) & 0xffff;
  }

  public static int u24(byte[] bytes, int at) {
    return u16(bytes, at) << 8 | u8(bytes, at + 2);
  }

  /// The 32 bits as an `int`; a length above 2^31 comes out negative.
  public static int i32(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }

  public static long u32(byte[] bytes, int at) {
    return i32(bytes, at) & 0xffff_ffffL;
  }

  public static long i64(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  static void putI16(byte[] bytes, int at, int value) {
    SHORTS.set(bytes, at, (short) value);
  }

  static void putI32(byte[] bytes, int at, int value) {
    INTS.set(bytes, at, value);
  }

  static void putI64(byte[] bytes, int at, long value) {
    LONGS.set(bytes, at, value);
  }

  /// Reads text with or without a closing NUL.
  public static String text(byte[] bytes, int from, int length) {
    int end = length > 0 && bytes[from + length - 1] == 0 ? length - 1 : length;
    return new String(bytes, from, end, StandardCharsets.UTF_8);
  }
}
