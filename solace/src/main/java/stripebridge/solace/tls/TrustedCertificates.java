package stripebridge.solace.tls;

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
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.TlsTrust;

/// The certificates that the settings say to trust.
public final class TrustedCertificates {
  private TrustedCertificates() {}

  /// Those certificates, in memory.
  ///
  /// @throws BrokerException.Invalid when the file cannot be used
  public static KeyStore of(TlsTrust trust) throws BrokerException {
    try {
      return switch (trust) {
        case TlsTrust.JavaDefault() -> ofJava();
        case TlsTrust.File file -> load(file);
      };
    } catch (IOException | GeneralSecurityException e) {
      String what =
          trust instanceof TlsTrust.File file ? "of '" + file.path() + "'" : "of the Java runtime";
      throw new BrokerException.Invalid(
          "cannot use the CA certificates %s: %s".formatted(what, reason(e)), e);
    }
  }

  /// Who judges a server by them.
  public static X509TrustManager managerOf(TlsTrust trust) throws BrokerException {
    KeyStore store = of(trust);
    try {
      return manager(store);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform can trust X.509 certificates", e);
    }
  }

  private static X509TrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static KeyStore ofJava() throws IOException, GeneralSecurityException {
    KeyStore store = empty();
    int number = 0;
    for (X509Certificate certificate : manager(null).getAcceptedIssuers()) {
      store.setCertificateEntry("ca-" + number++, certificate);
    }
    return store;
  }

  private static KeyStore load(TlsTrust.File file) throws IOException, GeneralSecurityException {
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
    KeyStore store = empty();
    int number = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(content))) {
      store.setCertificateEntry("ca-" + number++, certificate);
    }
    return store;
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }

  /// JKS or PKCS12, whichever it is.
  private static KeyStore ofStore(Path path, TlsTrust.File file)
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
