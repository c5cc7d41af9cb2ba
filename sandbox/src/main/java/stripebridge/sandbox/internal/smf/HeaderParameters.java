package stripebridge.sandbox.internal.smf;

import static stripebridge.sandbox.internal.smf.Bytes.i32;
import static stripebridge.sandbox.internal.smf.Bytes.u8;

/// Iterates over the parameters of a frame's header, in all their forms.
final class HeaderParameters {
  private HeaderParameters() {}

  /// The start of the parameter after the one at `at`.
  ///
  /// @throws MalformedFrameException when the parameter does not end within the header
  static int next(byte[] bytes, int at, int end) throws MalformedFrameException {
    int first = u8(bytes, at);
    int length;
    if (first == 0) {
      length = 1;
    } else if ((first & Protocol.LIGHT) != 0) {
      length = 1 + (first & 3);
    } else {
      length = standardLength(bytes, at, end);
    }
    // A subtraction, because a sum might overflow.
    if (length > end - at) {
      throw new MalformedFrameException(
          "header parameter 0x%02x of %d bytes runs over the header".formatted(first, length));
    }
    return at + length;
  }

  private static int standardLength(byte[] bytes, int at, int end) throws MalformedFrameException {
    if (end - at < 2) {
      throw new MalformedFrameException("header parameter without a length");
    }
    int length = u8(bytes, at + 1);
    if (length != 0) {
      if (length < 2) {
        throw new MalformedFrameException("header parameter shorter than itself");
      }
      return length;
    }
    if (end - at < 6) {
      throw new MalformedFrameException("header parameter without its long length");
    }
    int wide = i32(bytes, at + 2);
    if (wide < 6) {
      throw new MalformedFrameException("header parameter shorter than itself");
    }
    return wide;
  }

  /// The start of the value of the standard parameter at `at`.
  static int value(byte[] bytes, int at) {
    return u8(bytes, at + 1) == 0 ? at + 6 : at + 2;
  }

  /// One bit per parameter: standard ones by type, light ones from bit 32 on.
  static long bit(int first) {
    return (first & Protocol.LIGHT) != 0 ? 1L << (32 + ((first >> 2) & 7)) : 1L << (first & 0x1f);
  }
}
