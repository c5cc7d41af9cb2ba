package stripebridge.core.config;

/// Whose certificates are trusted when a TLS connection is made.
public sealed interface TlsTrust {
  /// Those that the Java runtime trusts.
  record JavaDefault() implements TlsTrust {}

  /// Those of a file: PEM, JKS or PKCS12.
  ///
  /// @param password of a JKS or PKCS12 file; empty when there is none
  record File(String path, Secret password) implements TlsTrust {}

  static TlsTrust of(String path, Secret password) {
    return path.isEmpty() ? new JavaDefault() : new File(path, password);
  }
}
