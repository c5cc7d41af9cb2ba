package stripebridge.core.config;

/// What proves to the other side who we are.
public sealed interface Identity {
  record None() implements Identity {}

  /// A certificate and its private key, two PEM files.
  record Pem(String certificatePath, String keyPath) implements Identity {}

  static Identity of(String certificatePath, String keyPath) {
    return certificatePath.isEmpty() ? new None() : new Pem(certificatePath, keyPath);
  }
}
