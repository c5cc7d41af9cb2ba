package stripebridge.core.topology.model;

import java.util.Optional;
import java.util.regex.Pattern;

/// An address range as SEMP accepts it: an IPv4 or IPv6 address, a slash, and a prefix length.
public final class Cidr {
  private static final int CHARS_MAX = 43;

  /// SEMP's own expression, IPv4 part.
  private static final String IPV4 =
      "((1?[0-9]?[0-9]|2[0-4][0-9]|25[0-5])\\.){3}(1?[0-9]?[0-9]|2[0-4][0-9]|25[0-5])"
          + "/([0-9]|[1-2][0-9]|3[0-2])";

  /// SEMP's own expression, IPv6 part: every combination of groups before and after `::`.
  private static final String IPV6 =
      "(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}"
          + "|([0-9a-fA-F]{1,4}:){1,7}:"
          + "|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}"
          + "|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}"
          + "|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}"
          + "|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}"
          + "|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}"
          + "|[0-9a-fA-F]{1,4}:(:[0-9a-fA-F]{1,4}){1,6}"
          + "|:((:[0-9a-fA-F]{1,4}){1,7}|:))"
          + "/([0-9]|[1-9][0-9]|1[0-1][0-9]|12[0-8])";

  /// SEMP's expression without its optional surrounding blanks.
  public static final String PATTERN = "^(" + IPV4 + "|" + IPV6 + ")$";

  private static final Pattern COMPILED = Pattern.compile(PATTERN);

  private Cidr() {}

  /// Why a text is not an address range, as the end of a sentence; empty when it is one.
  public static Optional<String> problem(String text) {
    return text.length() <= CHARS_MAX && COMPILED.matcher(text).matches()
        ? Optional.empty()
        : Optional.of("is not an address range such as 10.0.0.0/8 or 2001:db8::/32");
  }
}
