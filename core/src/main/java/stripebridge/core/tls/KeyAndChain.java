package stripebridge.core.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

/// A private key with its certificates: its own first, then those of the authorities between.
public record KeyAndChain(PrivateKey key, List<X509Certificate> chain) {
  public KeyAndChain {
    chain = List.copyOf(chain);
  }

  /// When the first of the certificates expires.
  public Instant expiresAt() {
    return Collections.min(
        chain.stream().map(certificate -> certificate.getNotAfter().toInstant()).toList());
  }
}
