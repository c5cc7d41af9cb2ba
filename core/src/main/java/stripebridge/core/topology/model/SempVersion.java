package stripebridge.core.topology.model;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A version of the SEMP API, as `GET /about/api` reports it: `2.49`.
public record SempVersion(int major, int minor) implements Comparable<SempVersion> {
  /// The version that every SEMP v2 broker supports.
  public static final SempVersion FIRST = new SempVersion(2, 0);

  private static final Pattern FORM = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,6})(?:\\..*)?");
  private static final Comparator<SempVersion> ORDER =
      Comparator.comparingInt(SempVersion::major).thenComparingInt(SempVersion::minor);

  /// Parses `2.49`; a third number is ignored. Empty when the text is not a version.
  public static Optional<SempVersion> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new SempVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public int compareTo(SempVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
