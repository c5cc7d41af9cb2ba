package stripebridge.solace.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Percent-encodes a path segment as SEMP wants it: all but the unreserved characters. The
/// generated client would leave `*` as it is, which most subscriptions contain. The comma between
/// the parts of a composite name is in the path template and never comes here.
final class PathEncoder {
  private static final String UNRESERVED = "-._~";

  private PathEncoder() {}

  static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte octet : text.getBytes(UTF_8)) {
      if (isUnreserved(octet)) {
        encoded.append((char) octet);
      } else {
        encoded.append("%%%02X".formatted(octet));
      }
    }
    return encoded.toString();
  }

  /// Whether the name can be a path segment. An empty one, `.` and `..` mean another path, encoded
  /// or not: deleting the queue `..` would delete something else.
  static boolean isSegment(String name) {
    return !name.isEmpty() && !name.equals(".") && !name.equals("..");
  }

  private static boolean isUnreserved(byte octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || UNRESERVED.indexOf(octet) >= 0;
  }
}
