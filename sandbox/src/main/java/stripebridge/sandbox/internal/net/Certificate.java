package stripebridge.sandbox.internal.net;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/// A self-signed certificate for this machine, new at each start.
///
/// @param pem the certificate, for clients to trust
/// @param context the TLS context that servers use
public record Certificate(String pem, SSLContext context) {
  private static final int DAYS = 30;

  /// Generates a certificate for `localhost`, the loopback addresses and one more address.
  public static Certificate generate(InetAddress address) {
    HeldCertificate held =
        new HeldCertificate.Builder()
            .commonName("localhost")
            .addSubjectAlternativeName("localhost")
            .addSubjectAlternativeName("127.0.0.1")
            .addSubjectAlternativeName("::1")
            .addSubjectAlternativeName(address.getHostAddress())
            .duration(DAYS, TimeUnit.DAYS)
            // Every client supports RSA; some old ones support nothing else.
            .rsa2048()
            .build();
    HandshakeCertificates handshake =
        new HandshakeCertificates.Builder().heldCertificate(held).build();
    return new Certificate(held.certificatePem(), handshake.sslContext());
  }
}
