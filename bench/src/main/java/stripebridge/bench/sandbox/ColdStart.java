package stripebridge.bench.sandbox;

import stripebridge.sandbox.SandboxBroker;

/// Starts one sandbox in a JVM that has done nothing before, and prints how many milliseconds that
/// took.
public final class ColdStart {
  private ColdStart() {}

  /// Prints one number.
  public static void main(String[] args) {
    long start = System.nanoTime();
    try (SandboxBroker _ = SandboxBroker.start()) {
      System.out.println((System.nanoTime() - start) / 1e6);
    }
  }
}
