package stripebridge.cli.output;

/// Writes a number with its noun: `1 queue`, `2 queues`.
public final class Counted {
  private Counted() {}

  /// The number and the noun, such as `1 queue` or `12,345 queues`.
  public static String of(long count, String noun) {
    return "%,d ".formatted(count) + noun + (count == 1 ? "" : "s");
  }
}
