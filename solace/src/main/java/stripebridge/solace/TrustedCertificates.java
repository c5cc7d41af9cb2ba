package stripebridge.solace;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.Secret;
import stripebridge.core.config.Trust;

/// Reads the certificates that are trusted, whatever the form of their file.
public final class TrustedCertificates {
  private static final String PEM_BEGIN = "-----BEGIN CERTIFICATE-----";

  private TrustedCertificates() {}

  /// A key store in memory with the certificates of the file; absent when those of the Java runtime
  /// are meant.
  ///
  /// @throws BrokerException.Invalid naming the file and why it cannot be used
  public static Optional<KeyStore> read(Trust trust) throws BrokerException {
    return switch (trust) {
      case Trust.JavaDefault() -> Optional.empty();
      case Trust.File(String path, Secret password) -> Optional.of(read(path, password));
    };
  }

  private static KeyStore read(String path, Secret password) throws BrokerException {
    try {
      byte[] bytes = Files.readAllBytes(Path.of(path));
      boolean isPem = new String(bytes, StandardCharsets.ISO_8859_1).contains(PEM_BEGIN);
      KeyStore store = isPem ? ofPem(bytes) : ofStore(bytes, password);
      if (store.size() == 0) {
        throw unusable(path, "it holds no certificate", null);
      }
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(path, reason(e), e);
    }
  }

  private static String reason(Exception e) {
    return e instanceof IOException && !(e instanceof java.nio.file.FileSystemException)
        ? "it is neither PEM nor a JKS or PKCS12 store that this password opens"
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static BrokerException unusable(String path, String why, @Nullable Exception cause) {
    return new BrokerException.Invalid(
        "cannot use the trusted certificates in '" + path + "': " + why, cause);
  }

  private static KeyStore ofPem(byte[] pem) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    Collection<? extends Certificate> certificates =
        CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
    for (Certificate certificate : List.copyOf(certificates)) {
      store.setCertificateEntry("ca-" + store.size(), certificate);
    }
    return store;
  }

  private static KeyStore ofStore(byte[] bytes, Secret password)
      throws IOException, GeneralSecurityException {
    // The default type reads both JKS and PKCS12.
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(new ByteArrayInputStream(bytes), password.reveal().toCharArray());
    return store;
  }
}
