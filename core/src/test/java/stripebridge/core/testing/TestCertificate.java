package stripebridge.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;

/// A self-signed certificate and its key, made by the JDK's `keytool`.
public record TestCertificate(X509Certificate certificate, PrivateKey key) {
  private static final String ALIAS = "test";
  private static final char[] PASSWORD = "changeit".toCharArray();

  /// Makes a certificate for one host.
  ///
  /// @param folder for `keytool`'s file
  /// @param algorithm such as `EC`
  /// @param host the name in the certificate
  public static TestCertificate create(Path folder, String algorithm, String host)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path file = folder.resolve("keytool.p12");
    Files.deleteIfExists(file);
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + host,
                "-ext",
                "san=dns:" + host,
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
    return new TestCertificate(
        (X509Certificate) store.getCertificate(ALIAS), (PrivateKey) store.getKey(ALIAS, PASSWORD));
  }

  /// Writes both as an operator has them.
  public TestCertificate write(Path certificateFile, Path keyFile)
      throws IOException, GeneralSecurityException {
    Files.writeString(certificateFile, certificatePem());
    Files.writeString(keyFile, pem("PRIVATE KEY", key.getEncoded()));
    return this;
  }

  public String certificatePem() throws GeneralSecurityException {
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  /// One block of a PEM file.
  public static String pem(String label, byte[] content) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, text, label);
  }
}
