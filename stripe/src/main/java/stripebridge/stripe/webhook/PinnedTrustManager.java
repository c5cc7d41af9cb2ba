package stripebridge.stripe.webhook;

import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import stripebridge.core.tls.TlsContexts;
import stripebridge.core.tls.TlsFileException;
import stripebridge.core.tls.TlsFiles;

/// Trusts the service on this machine by its exact certificate, which names the public host and not
/// `localhost`, and all other servers as Java does.
public final class PinnedTrustManager extends X509ExtendedTrustManager {
  private final X509Certificate own;
  private final X509ExtendedTrustManager others;

  private PinnedTrustManager(X509Certificate own, X509ExtendedTrustManager others) {
    this.own = own;
    this.others = others;
  }

  /// A TLS context with this trust.
  ///
  /// @param certificates a PEM file, the service's own certificate first
  /// @throws TlsFileException when the file cannot be read, or has no certificate
  public static SSLContext context(Path certificates) throws TlsFileException {
    TlsFiles files = new TlsFiles(path -> Files.readAllBytes(Path.of(path)));
    X509Certificate own = files.chain(certificates.toString()).getFirst();
    return TlsContexts.context(null, new PinnedTrustManager(own, TlsContexts.trustOfJava()));
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
