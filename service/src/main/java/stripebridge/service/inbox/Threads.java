package stripebridge.service.inbox;

/// Waits for the inbox's own threads when the inbox closes.
final class Threads {
  private Threads() {}

  /// Waits for a thread to end. An interrupt does not cut this short; the caller sees it
  /// afterwards.
  static void joinUninterruptibly(Thread thread) {
    boolean isInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
