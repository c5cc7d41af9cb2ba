package stripebridge.service.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.testing.TestCertificate;
import stripebridge.core.tls.TlsContexts;

/// A server's certificate and key, read from the PEM files `cert.pem` and `key.pem`.
///
/// @param trusting for clients that trust the certificate
record TestIdentity(ServerTls tls, SSLContext trusting) {
  static TestIdentity create(Path folder, String algorithm) throws Exception {
    TestCertificate made =
        TestCertificate.create(folder, algorithm, "localhost")
            .write(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    return new TestIdentity(
        ServerTls.of(new TlsIdentity.Pem("cert.pem", "key.pem"), folder),
        TlsContexts.context(
            null, TlsContexts.trust(TlsContexts.keyStore(List.of(made.certificate())))));
  }

  /// The same connection over TLS.
  Socket over(Socket plain) throws IOException {
    return trusting.getSocketFactory().createSocket(plain, "localhost", 443, true);
  }
}
