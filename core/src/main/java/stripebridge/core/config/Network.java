package stripebridge.core.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A network of IPv4 or IPv6 addresses, as CIDR writes it: `10.0.0.0/8`, `fd00::/8`, or one
/// address.
///
/// @param address its first one, 4 or 16 bytes
/// @param prefix how many leading bits all of its addresses share
public record Network(List<Byte> address, int prefix) {
  private static final Pattern CIDR = Pattern.compile("([0-9A-Fa-f.:]{2,45})(/([0-9]{1,3}))?");
  private static final Pattern V4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  static final ValueType<List<Network>> LIST =
      ValueType.plain(
          "networks like 10.0.0.0/8 or fd00::/8, separated by commas, with no bit set behind the"
              + " prefix",
          Network::list);

  public Network {
    address = List.copyOf(address);
  }

  private static Optional<List<Network>> list(String text) {
    List<Network> networks = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      Optional<Network> network = of(one.strip());
      if (network.isEmpty()) {
        return Optional.empty();
      }
      networks.add(network.get());
    }
    return Optional.of(List.copyOf(networks));
  }

  /// The network, or none where the text is none. One whose address has bits behind the prefix is
  /// most likely a mistake, and is none.
  public static Optional<Network> of(String text) {
    Matcher parts = CIDR.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String literal = parts.group(1);
    // The JDK reads 10.1 as an address, too.
    if (literal.indexOf(':') < 0 && !V4.matcher(literal).matches()) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = InetAddress.ofLiteral(literal).getAddress();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    int bits = 8 * bytes.length;
    int prefix = parts.group(3) == null ? bits : Integer.parseInt(parts.group(3));
    if (prefix > bits) {
      return Optional.empty();
    }
    for (int bit = prefix; bit < bits; bit++) {
      if (isSet(bytes[bit / 8], bit)) {
        return Optional.empty();
      }
    }
    List<Byte> address = new ArrayList<>();
    for (byte one : bytes) {
      address.add(one);
    }
    return Optional.of(new Network(address, prefix));
  }

  /// Whether it has the address, of 4 or 16 bytes. An IPv4 address is never in an IPv6 network.
  public boolean contains(byte[] other) {
    if (other.length != address.size()) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      if (isSet(address.get(bit / 8), bit) != isSet(other[bit / 8], bit)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSet(byte of, int bit) {
    return (of >> (7 - bit % 8) & 1) != 0;
  }
}
