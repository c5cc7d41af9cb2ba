package stripebridge.acceptance.architecture.planted.core;

class AsksSystem {
  String lineEnd() {
    return System.lineSeparator();
  }
}
