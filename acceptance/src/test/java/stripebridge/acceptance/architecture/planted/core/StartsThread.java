package stripebridge.acceptance.architecture.planted.core;

class StartsThread {
  Thread start(Runnable task) {
    return Thread.ofVirtual().start(task);
  }
}
