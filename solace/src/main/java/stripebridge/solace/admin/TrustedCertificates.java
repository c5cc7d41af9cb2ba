package stripebridge.solace.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.Trust;

/// Makes a client trust the certificates that the settings say.
final class TrustedCertificates {
  private TrustedCertificates() {}

  /// Leaves the check of the host's name as it is: always on.
  ///
  /// @throws BrokerException.Invalid when the file cannot be used
  static void apply(Trust trust, OkHttpClient.Builder client) throws BrokerException {
    if (!(trust instanceof Trust.File file)) {
      return;
    }
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(load(file));
      X509TrustManager manager =
          Arrays.stream(factory.getTrustManagers())
              .filter(X509TrustManager.class::isInstance)
              .map(X509TrustManager.class::cast)
              .findFirst()
              .orElseThrow();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager}, null);
      client.sslSocketFactory(context.getSocketFactory(), manager);
    } catch (IOException | GeneralSecurityException e) {
      throw new BrokerException.Invalid(
          "cannot use the CA certificates of '%s': %s".formatted(file.path(), reason(e)), e);
    }
  }

  private static KeyStore load(Trust.File file) throws IOException, GeneralSecurityException {
    Path path = Path.of(file.path());
    byte[] content = Files.readAllBytes(path);
    boolean isPem = new String(content, ISO_8859_1).contains("-----BEGIN");
    KeyStore store = isPem ? ofPem(content) : ofStore(path, file);
    for (String alias : Collections.list(store.aliases())) {
      if (store.isCertificateEntry(alias)) {
        return store;
      }
    }
    throw new GeneralSecurityException("it has no certificate to trust");
  }

  private static KeyStore ofPem(byte[] content) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(content))) {
      store.setCertificateEntry("ca-" + number++, certificate);
    }
    return store;
  }

  /// JKS or PKCS12, whichever it is.
  private static KeyStore ofStore(Path path, Trust.File file)
      throws IOException, GeneralSecurityException {
    char @Nullable [] password =
        file.password().isEmpty() ? null : file.password().reveal().toCharArray();
    return KeyStore.getInstance(path.toFile(), password);
  }

  private static String reason(Exception failure) {
    return failure instanceof NoSuchFileException
        ? "there is no such file"
        : String.valueOf(failure.getMessage());
  }
}
