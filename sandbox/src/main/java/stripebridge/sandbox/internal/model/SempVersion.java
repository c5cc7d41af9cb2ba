package stripebridge.sandbox.internal.model;

import java.util.Comparator;

/// A version of the SEMP API, such as 2.39: what `/about/api` says, and when an attribute appeared.
public record SempVersion(int major, int minor) implements Comparable<SempVersion> {

  private static final Comparator<SempVersion> ORDER =
      Comparator.comparingInt(SempVersion::major).thenComparingInt(SempVersion::minor);

  /// The version whose attributes the sandbox implements, and the default.
  public static final SempVersion NEWEST = new SempVersion(2, 49);

  public static final SempVersion FIRST = new SempVersion(2, 0);

  /// Parses a version.
  ///
  /// @throws IllegalArgumentException unless the text is two numbers separated by a dot
  public static SempVersion parse(String text) {
    int dot = text.indexOf('.');
    try {
      return new SempVersion(
          Integer.parseInt(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1)));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException("not a SEMP version, such as 2.39: '" + text + "'", e);
    }
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
