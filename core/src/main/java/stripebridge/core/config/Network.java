package stripebridge.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// An IPv4 or IPv6 network in CIDR notation: `10.0.0.0/8`, `fd00::/8`, or a single address.
///
/// @param address its first address, 4 or 16 bytes
/// @param prefix the number of leading bits that all its addresses share
public record Network(List<Byte> address, int prefix) {
  private static final Pattern CIDR = Pattern.compile("([0-9A-Fa-f.:]{2,45})(/([0-9]{1,3}))?");
  private static final int V6_GROUPS = 8;
  private static final Pattern V6_GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");
  private static final Pattern V4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  static final ValueType<List<Network>> LIST =
      ValueType.plain(
          "networks like 10.0.0.0/8 or fd00::/8, separated by commas, with no bit set after the"
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

  /// Parses a network. A bit set after the prefix is most likely a mistake, so such a text is
  /// refused.
  public static Optional<Network> of(String text) {
    Matcher parts = CIDR.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    Optional<byte[]> literal = address(parts.group(1));
    if (literal.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = literal.get();
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

  private static Optional<byte[]> address(String text) {
    return text.indexOf(':') < 0 ? v4(text) : v6(text);
  }

  private static Optional<byte[]> v4(String text) {
    if (!V4.matcher(text).matches()) {
      return Optional.empty();
    }
    byte[] bytes = new byte[4];
    String[] parts = text.split("\\.", -1);
    for (int i = 0; i < bytes.length; i++) {
      int part = Integer.parseInt(parts[i]);
      if (part > 255) {
        return Optional.empty();
      }
      bytes[i] = (byte) part;
    }
    return Optional.of(bytes);
  }

  /// Groups of up to four digits, with at most one `::` for the omitted zeros. An IPv4 tail is
  /// refused: nobody writes a network that way.
  private static Optional<byte[]> v6(String text) {
    int gap = text.indexOf("::");
    List<String> head = groups(gap < 0 ? text : text.substring(0, gap));
    List<String> tail = gap < 0 ? List.of() : groups(text.substring(gap + 2));
    int count = head.size() + tail.size();
    boolean isLegal =
        Stream.concat(head.stream(), tail.stream())
            .allMatch(group -> V6_GROUP.matcher(group).matches());
    if (!isLegal || (gap < 0 ? count != V6_GROUPS : count >= V6_GROUPS)) {
      return Optional.empty();
    }
    byte[] bytes = new byte[2 * V6_GROUPS];
    put(bytes, 0, head);
    put(bytes, V6_GROUPS - tail.size(), tail);
    return Optional.of(bytes);
  }

  private static List<String> groups(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(":", -1));
  }

  private static void put(byte[] bytes, int at, List<String> groups) {
    for (int i = 0; i < groups.size(); i++) {
      int group = Integer.parseInt(groups.get(i), 16);
      bytes[2 * (at + i)] = (byte) (group >> 8);
      bytes[2 * (at + i) + 1] = (byte) group;
    }
  }

  /// Whether the network contains an address of 4 or 16 bytes. An IPv4 address is never in an IPv6
  /// network.
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
