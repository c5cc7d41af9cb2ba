package stripebridge.core.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The parts of a URL. Unlike [URI] it accepts passwords with any character and host names with an
/// underscore, which container networks use.
///
/// @param scheme in lower case
/// @param userInfo the part before the last `@`, not decoded; empty for none
/// @param host a name or an address; an IPv6 address without its brackets
/// @param port 1 to 65535, or empty
/// @param path empty, or beginning with a slash
record Url(String scheme, String userInfo, String host, OptionalInt port, String path) {
  private static final Pattern SHAPE =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9+.-]*)://(?:(.*)@)?"
              + "(\\[[^]]+]|[^/:?#@\\[\\]]+)(?::([0-9]{1,5}))?(/.*)?");
  private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  static final int PORT_MAX = 65_535;

  /// Parses a URL without query and fragment.
  static Optional<Url> of(String text) {
    Matcher shape = SHAPE.matcher(text);
    if (!shape.matches()) {
      return Optional.empty();
    }
    Optional<String> host = host(shape.group(3));
    OptionalInt port =
        shape.group(4) == null
            ? OptionalInt.empty()
            : OptionalInt.of(Integer.parseInt(shape.group(4)));
    String path = shape.group(5) == null ? "" : shape.group(5);
    boolean portIsLegal = port.isEmpty() || (port.getAsInt() >= 1 && port.getAsInt() <= PORT_MAX);
    if (host.isEmpty() || !portIsLegal || !isPath(path)) {
      return Optional.empty();
    }
    String userInfo = shape.group(2) == null ? "" : shape.group(2);
    String scheme = shape.group(1).toLowerCase(Locale.ROOT);
    return Optional.of(new Url(scheme, userInfo, host.get(), port, path));
  }

  /// Parses a host name or an address. An IPv6 address may be in brackets; they are removed.
  static Optional<String> host(String text) {
    if (HOST_NAME.matcher(text).matches()) {
      return Optional.of(text);
    }
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String address = bracketed ? text.substring(1, text.length() - 1) : text;
    return isIpv6(address) ? Optional.of(address) : Optional.empty();
  }

  /// The host and the port, if any, as they appear in a URL.
  String authority() {
    return authority(host, port);
  }

  static String authority(String host, OptionalInt port) {
    String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return port.isEmpty() ? bracketed : bracketed + ":" + port.getAsInt();
  }

  private static boolean isIpv6(String address) {
    if (address.indexOf(':') < 0) {
      return false;
    }
    try {
      return new URI("tcp://[" + address + "]").getHost() != null;
    } catch (URISyntaxException notAnAddress) {
      return false;
    }
  }

  private static boolean isPath(String path) {
    try {
      URI uri = new URI("http://host" + path);
      return uri.getRawQuery() == null && uri.getRawFragment() == null;
    } catch (URISyntaxException notAPath) {
      return false;
    }
  }
}
