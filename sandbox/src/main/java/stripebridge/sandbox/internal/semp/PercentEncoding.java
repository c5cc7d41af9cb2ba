package stripebridge.sandbox.internal.semp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.Collectors;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// Percent-encoding for SEMP: encodes all but the unreserved characters, and never the comma
/// between the parts of a composite name.
final class PercentEncoding {

  private static final String UNRESERVED = "-._~";

  private PercentEncoding() {}

  /// Decodes a path segment. A plus sign stays a plus sign.
  static String decode(String raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int at = 0; at < raw.length(); at++) {
      char letter = raw.charAt(at);
      if (letter != '%') {
        bytes.writeBytes(String.valueOf(letter).getBytes(UTF_8));
      } else {
        bytes.write(hexPair(raw, at + 1));
        at += 2;
      }
    }
    return bytes.toString(UTF_8);
  }

  /// Decodes a query parameter, in which a plus sign is a space.
  static String decodeQuery(String raw) {
    return decode(raw.replace('+', ' '));
  }

  private static int hexPair(String raw, int at) {
    int high = at + 1 < raw.length() ? Character.digit(raw.charAt(at), 16) : -1;
    int low = at + 1 < raw.length() ? Character.digit(raw.charAt(at + 1), 16) : -1;
    if (high < 0 || low < 0) {
      throw new RefusedException(
          SempCode.PARSE_ERROR, "the URI has a percent sign without two hex digits: " + raw);
    }
    return high * 16 + low;
  }

  static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte octet : text.getBytes(UTF_8)) {
      char letter = (char) (octet & 0xff);
      if (letter < 0x80 && (Character.isLetterOrDigit(letter) || UNRESERVED.indexOf(letter) >= 0)) {
        encoded.append(letter);
      } else {
        encoded.append('%').append("%02X".formatted((int) letter));
      }
    }
    return encoded.toString();
  }

  /// The names of one object as a path segment.
  static String encode(List<String> names) {
    return names.stream().map(PercentEncoding::encode).collect(Collectors.joining(","));
  }
}
