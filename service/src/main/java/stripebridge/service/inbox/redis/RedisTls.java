package stripebridge.service.inbox.redis;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.inbox.InboxException;

/// The certificates that a TLS connection to Redis is made with, out of PEM files.
final class RedisTls {
  private static final String HINT =
      "REDIS_TLS_CA_CERT_PATH, REDIS_TLS_CERT_PATH and REDIS_TLS_KEY_PATH name PEM files";

  private RedisTls() {}

  /// @param folder where relative paths start
  /// @throws InboxException.Unusable when a file cannot be used; names it
  static SSLSocketFactory sockets(TlsTrust trust, TlsIdentity identity, Path folder)
      throws InboxException.Unusable {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManagerFactory trusted =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusted.init(authorities(trust, folder));
      context.init(keys(identity, folder), trusted.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new InboxException.Unusable("cannot speak TLS to Redis: " + e.getMessage(), HINT, e);
    }
  }

  private static @Nullable KeyStore authorities(TlsTrust trust, Path folder)
      throws InboxException.Unusable, GeneralSecurityException {
    if (!(trust instanceof TlsTrust.File file)) {
      return null;
    }
    try {
      KeyStore store = empty();
      byte[] pem = Files.readAllBytes(folder.resolve(file.path()));
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      if (number == 0) {
        throw new GeneralSecurityException("it has no certificate to trust");
      }
      return store;
    } catch (IOException | GeneralSecurityException e) {
      String reason =
          e instanceof NoSuchFileException
              ? "there is no such file"
              : String.valueOf(e.getMessage());
      throw new InboxException.Unusable(
          "cannot use the CA certificates of '" + file.path() + "': " + reason, HINT, e);
    }
  }

  private static KeyManager @Nullable [] keys(TlsIdentity identity, Path folder)
      throws InboxException.Unusable, GeneralSecurityException {
    if (!(identity instanceof TlsIdentity.Pem pem)) {
      return null;
    }
    try {
      Keys keys =
          Keys.builder()
              .pem(files ->
                  files
                      .certChain(Resource.create(folder.resolve(pem.certificatePath())))
                      .key(Resource.create(folder.resolve(pem.keyPath()))))
              .build();
      KeyStore store = empty();
      // The store is never written: a password would keep it from nobody.
      char[] none = new char[0];
      store.setKeyEntry(
          "client",
          keys.privateKey().orElseThrow(),
          none,
          keys.certChain().toArray(Certificate[]::new));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, none);
      return factory.getKeyManagers();
    } catch (IOException | RuntimeException e) {
      throw new InboxException.Unusable(
          "cannot use the certificate '%s' with the key '%s': %s"
              .formatted(pem.certificatePath(), pem.keyPath(), e.getMessage()),
          HINT,
          e);
    }
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }
}
