package stripebridge.core.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// What TLS connections are made with, out of certificates and keys in memory.
public final class TlsContexts {
  private static final char[] NO_PASSWORD = new char[0];

  private TlsContexts() {}

  /// A TLS context for a client or a server.
  ///
  /// @param identity what this side shows; absent to show nothing
  /// @param trust what judges the other side; absent for what Java trusts
  public static SSLContext context(@Nullable KeyAndChain identity, @Nullable TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          identity == null ? null : keyManagers(identity),
          trust == null ? null : new TrustManager[] {trust},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform speaks TLS", e);
    }
  }

  /// Judges the other side by these certificates, and by its host where the connection says so.
  public static X509ExtendedTrustManager trust(KeyStore certificates) {
    try {
      return manager(certificates);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform can trust X.509 certificates", e);
    }
  }

  /// Judges the other side by the certificates that Java trusts.
  ///
  /// @throws TlsFileException when the file of those cannot be used
  public static X509ExtendedTrustManager trustOfJava() throws TlsFileException {
    try {
      return manager(null);
    } catch (GeneralSecurityException e) {
      throw new TlsFileException(
          "cannot use the CA certificates of the Java runtime: " + e.getMessage(), e);
    }
  }

  private static X509ExtendedTrustManager manager(@Nullable KeyStore certificates)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(certificates);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /// The certificates as a key store.
  public static KeyStore keyStore(Collection<X509Certificate> trusted) {
    try {
      KeyStore store = empty();
      int number = 0;
      for (X509Certificate certificate : trusted) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      return store;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has key stores", e);
    }
  }

  private static KeyManager[] keyManagers(KeyAndChain identity) throws GeneralSecurityException {
    KeyStore store = empty();
    // The store is never written, so a password would protect nothing.
    store.setKeyEntry(
        "own", identity.key(), NO_PASSWORD, identity.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new IllegalStateException("there is nothing to read", e);
    }
    return store;
  }
}
