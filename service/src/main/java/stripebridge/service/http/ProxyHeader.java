package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The header that a balancer sends before a connection to name the client. Both versions follow
/// <https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt>.
sealed interface ProxyHeader {
  /// More bytes are needed.
  record More() implements ProxyHeader {}

  /// The header is complete.
  ///
  /// @param length in bytes; the connection itself begins after it
  /// @param source absent when the balancer speaks for itself or knows no internet address
  record Whole(int length, Optional<InetSocketAddress> source) implements ProxyHeader {}

  /// There is no such header.
  record None() implements ProxyHeader {}

  /// It begins as one and is malformed.
  record Malformed() implements ProxyHeader {}

  /// As the specification says, with CR LF.
  int V1_BYTES_MAX = 107;

  int V2_FIXED_BYTES = 16;

  int TCP4 = 0x11;

  int TCP6 = 0x21;

  /// Also for unknown sources and Unix sockets.
  Set<Integer> FAMILIES = Set.of(0, TCP4, TCP6, 0x31);

  /// For the addresses and for what balancers append: endpoint names, certificates.
  int V2_REST_BYTES_MAX = 4_096;

  /// No header is longer.
  int BYTES_MAX = V2_FIXED_BYTES + V2_REST_BYTES_MAX;

  /// Reads the beginning of a connection.
  static ProxyHeader read(byte[] bytes, int from, int to) {
    if (NotHttp.beginsProxy2(bytes, from, to)) {
      return to - from < V2_FIXED_BYTES ? new More() : second(bytes, from, to);
    }
    if (NotHttp.beginsProxy1(bytes, from, to)) {
      return first(bytes, from, to);
    }
    return new None();
  }

  private static ProxyHeader first(byte[] bytes, int from, int to) {
    int limit = Math.min(to, from + V1_BYTES_MAX);
    for (int i = from; i < limit; i++) {
      if (bytes[i] == '\n') {
        return bytes[i - 1] == '\r'
            ? V1Line.read(new String(bytes, from, i - 1 - from, ISO_8859_1), i + 1 - from)
            : new Malformed();
      }
    }
    return to - from < V1_BYTES_MAX ? new More() : new Malformed();
  }

  private static ProxyHeader second(byte[] bytes, int from, int to) {
    int version = bytes[from + 12] >> 4 & 0xf;
    int command = bytes[from + 12] & 0xf;
    int rest = (bytes[from + 14] & 0xff) << 8 | (bytes[from + 15] & 0xff);
    if (version != 2 || command > 1 || rest > V2_REST_BYTES_MAX) {
      return new Malformed();
    }
    int length = V2_FIXED_BYTES + rest;
    int family = bytes[from + 13] & 0xff;
    // The balancer itself may use any family; clients here are streams only.
    if (command == 1 && !FAMILIES.contains(family)) {
      return new Malformed();
    }
    int bytesOfAddress = family == TCP4 ? 4 : family == TCP6 ? 16 : 0;
    boolean isProxied = command == 1 && bytesOfAddress > 0;
    if (isProxied && rest < 2 * bytesOfAddress + 4) {
      return new Malformed();
    }
    if (to - from < length) {
      return new More();
    }
    if (!isProxied) {
      return new Whole(length, Optional.empty());
    }
    int at = from + V2_FIXED_BYTES;
    int port = at + 2 * bytesOfAddress;
    try {
      InetAddress source =
          InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + bytesOfAddress));
      return new Whole(
          length,
          Optional.of(
              new InetSocketAddress(source, (bytes[port] & 0xff) << 8 | (bytes[port + 1] & 0xff))));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are addresses", e);
    }
  }

  /// The line of version 1.
  final class V1Line {
    private static final Pattern UNKNOWN = Pattern.compile("PROXY UNKNOWN( .*)?");
    private static final Pattern LINE =
        Pattern.compile(
            "PROXY (TCP4|TCP6) ([0-9A-Fa-f.:]{2,45}) ([0-9A-Fa-f.:]{2,45})"
                + " (0|[1-9][0-9]{0,4}) (0|[1-9][0-9]{0,4})");
    // The JDK also accepts 10.1 and 12 as addresses.
    private static final Pattern IPV4 =
        Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final int PORT_MAX = 65_535;

    private V1Line() {}

    private static ProxyHeader read(String line, int length) {
      if (UNKNOWN.matcher(line).matches()) {
        return new Whole(length, Optional.empty());
      }
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        return new Malformed();
      }
      int bytes = parts.group(1).equals("TCP4") ? 4 : 16;
      int port = Integer.parseInt(parts.group(4));
      try {
        InetAddress source = InetAddress.ofLiteral(parts.group(2));
        InetAddress destination = InetAddress.ofLiteral(parts.group(3));
        // The JDK turns an IPv4-mapped IPv6 address into IPv4.
        boolean isFamily =
            isFamily(bytes, parts.group(2))
                && isFamily(bytes, parts.group(3))
                && destination.getAddress().length <= bytes;
        return isFamily && port <= PORT_MAX && Integer.parseInt(parts.group(5)) <= PORT_MAX
            ? new Whole(length, Optional.of(new InetSocketAddress(source, port)))
            : new Malformed();
      } catch (IllegalArgumentException _) {
        return new Malformed();
      }
    }

    private static boolean isFamily(int bytes, String address) {
      return bytes == 4 ? IPV4.matcher(address).matches() : address.indexOf(':') >= 0;
    }
  }
}
