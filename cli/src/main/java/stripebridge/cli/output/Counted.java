package stripebridge.cli.output;

/// Writes a number with its noun: `1 queue`, `2 queues`.
public final class Counted {
  private Counted() {}

  /// Such as `1 queue`.
  public static String of(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
