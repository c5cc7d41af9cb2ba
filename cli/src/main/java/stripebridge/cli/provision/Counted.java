package stripebridge.cli.provision;

/// A number with its noun: `1 queue`, `2 queues`.
final class Counted {
  private Counted() {}

  static String of(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
