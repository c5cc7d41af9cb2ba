package stripebridge.solace.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Percent-encoding as SEMP wants it: everything outside the unreserved characters. The generated
/// client's own leaves `*` as it is, which is in most subscriptions. The comma between the parts of
/// a composite name never comes here: it stands in the path itself.
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

  /// Whether a path can have the name as a segment. Nothing, `.` and `..` mean another path,
  /// encoded or not: to delete the queue `..` would be to delete something else.
  static boolean canHold(String name) {
    return !name.isEmpty() && !name.equals(".") && !name.equals("..");
  }

  private static boolean isUnreserved(byte octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || UNRESERVED.indexOf(octet) >= 0;
  }
}
