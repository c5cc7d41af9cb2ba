package stripebridge.core.config;

/// Whose certificates are trusted when a TLS connection is made.
public sealed interface Trust {
  /// Those that the Java runtime trusts.
  record JavaDefault() implements Trust {}

  /// Those of a file: PEM, JKS or PKCS12.
  ///
  /// @param password of a JKS or PKCS12 file; empty when there is none
  record File(String path, Secret password) implements Trust {}

  static Trust of(String path, Secret password) {
    return path.isEmpty() ? new JavaDefault() : new File(path, password);
  }
}
