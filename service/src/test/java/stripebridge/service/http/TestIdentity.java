package stripebridge.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import stripebridge.core.config.TlsIdentity;

/// A certificate and its key, made by the JDK's keytool, as the PEM files of an operator:
/// `cert.pem` and `key.pem`.
///
/// @param trusting for clients that trust the certificate
record TestIdentity(ServerTls tls, SSLContext trusting) {
  private static final char[] PASSWORD = "changeit".toCharArray();

  static TestIdentity create(Path folder, String algorithm) throws Exception {
    Path file = folder.resolve("identity.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "bridge",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
    write(folder.resolve("cert.pem"), "CERTIFICATE", store.getCertificate("bridge").getEncoded());
    write(folder.resolve("key.pem"), "PRIVATE KEY", store.getKey("bridge", PASSWORD).getEncoded());
    return new TestIdentity(
        ServerTls.of(new TlsIdentity.Pem("cert.pem", "key.pem"), folder), trusting(store));
  }

  private static void write(Path file, String kind, byte[] content) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind));
  }

  private static SSLContext trusting(KeyStore identity) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("bridge", identity.getCertificate("bridge"));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  /// The same connection over TLS.
  Socket over(Socket plain) throws IOException {
    return trusting.getSocketFactory().createSocket(plain, "localhost", 443, true);
  }
}
