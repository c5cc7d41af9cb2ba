package stripebridge.core.config;

/// What proves to the other side who we are.
public sealed interface TlsIdentity {
  record None() implements TlsIdentity {}

  /// A certificate and its private key, two PEM files.
  record Pem(String certificatePath, String keyPath) implements TlsIdentity {}

  static TlsIdentity of(String certificatePath, String keyPath) {
    return certificatePath.isEmpty() ? new None() : new Pem(certificatePath, keyPath);
  }
}
