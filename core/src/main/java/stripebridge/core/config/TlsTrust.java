package stripebridge.core.config;

/// Whose certificates are trusted when a TLS connection is made.
public sealed interface TlsTrust {
  /// The authorities that the Java runtime trusts.
  record JavaDefault() implements TlsTrust {}

  /// The authorities in a file: PEM, JKS or PKCS12.
  ///
  /// @param password of a JKS or PKCS12 file; empty without one
  record File(String path, Secret password) implements TlsTrust {}

  static TlsTrust of(String path, Secret password) {
    return path.isEmpty() ? new JavaDefault() : new File(path, password);
  }
}
