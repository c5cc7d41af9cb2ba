package stripebridge.acceptance.architecture.planted.service;

class ReadsEnvironment {
  boolean isCi() {
    return System.getenv().containsKey("CI");
  }
}
