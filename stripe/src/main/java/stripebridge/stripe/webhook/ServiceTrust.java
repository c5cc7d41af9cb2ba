package stripebridge.stripe.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Trusts a service on this machine by its very certificate, which names the public host and not
/// `localhost`; all others as Java does.
public final class ServiceTrust extends X509ExtendedTrustManager {
  private final X509Certificate own;
  private final X509ExtendedTrustManager others;

  private ServiceTrust(X509Certificate own, X509ExtendedTrustManager others) {
    this.own = own;
    this.others = others;
  }

  /// What to post with.
  ///
  /// @param certificates a PEM file, the service's own certificate first
  /// @throws IOException when there is no certificate in the file
  public static SSLContext of(Path certificates) throws IOException {
    try (InputStream in = Files.newInputStream(certificates)) {
      var own = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new ServiceTrust(own, defaults())}, null);
      return context;
    } catch (CertificateException e) {
      throw new IOException("it holds no certificate", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no TLS", e);
    }
  }

  private static X509ExtendedTrustManager defaults() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new IllegalStateException("the platform checks no certificates");
  }

  private boolean isOwn(X509Certificate[] chain) {
    return chain.length > 0 && chain[0].equals(own);
  }

  @Override
  public void checkServerTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    if (!isOwn(chain)) {
      others.checkServerTrusted(chain, authType, engine);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    if (!isOwn(chain)) {
      others.checkServerTrusted(chain, authType, socket);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    if (!isOwn(chain)) {
      others.checkServerTrusted(chain, authType);
    }
  }

  @Override
  public void checkClientTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    others.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    others.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    others.checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return others.getAcceptedIssuers();
  }
}
