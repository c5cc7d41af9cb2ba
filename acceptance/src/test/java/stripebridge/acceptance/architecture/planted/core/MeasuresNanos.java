package stripebridge.acceptance.architecture.planted.core;

class MeasuresNanos {
  long nanos() {
    return System.nanoTime();
  }
}
