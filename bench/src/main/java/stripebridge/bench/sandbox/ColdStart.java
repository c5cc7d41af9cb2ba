package stripebridge.bench.sandbox;

import stripebridge.sandbox.SandboxBroker;

/// Starts a sandbox in a fresh JVM, and prints how many milliseconds that took.
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
