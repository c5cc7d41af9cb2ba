package stripebridge.sandbox.internal.smf;

import java.util.Arrays;

/// Writes big-endian numbers and bytes to a growing array. Not thread-safe.
public final class ByteWriter {
  private byte[] bytes;
  private int length;

  public ByteWriter(int capacity) {
    bytes = new byte[capacity];
  }

  public int length() {
    return length;
  }

  /// The backing array; valid up to [#length()] and until the next write.
  public byte[] array() {
    return bytes;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /// Clears the content. Drops an array that a large message has grown beyond `keep`.
  public void clear(int keep) {
    length = 0;
    if (bytes.length > keep) {
      bytes = new byte[keep];
    }
  }

  public ByteWriter u8(int value) {
    room(1);
    bytes[length++] = (byte) value;
    return this;
  }

  public ByteWriter u16(int value) {
    room(2);
    Bytes.putI16(bytes, length, value);
    length += 2;
    return this;
  }

  public ByteWriter u24(int value) {
    return u8(value >>> 16).u16(value);
  }

  public ByteWriter u32(long value) {
    room(4);
    Bytes.putI32(bytes, length, (int) value);
    length += 4;
    return this;
  }

  public ByteWriter u64(long value) {
    room(8);
    Bytes.putI64(bytes, length, value);
    length += 8;
    return this;
  }

  public ByteWriter bytes(byte[] from) {
    return bytes(from, 0, from.length);
  }

  public ByteWriter bytes(byte[] from, int at, int count) {
    room(count);
    System.arraycopy(from, at, bytes, length, count);
    length += count;
    return this;
  }

  public void putU16(int at, int value) {
    Bytes.putI16(bytes, at, value);
  }

  public void putU32(int at, long value) {
    Bytes.putI32(bytes, at, (int) value);
  }

  private void room(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, count)));
    }
  }
}
