package stripebridge.service.inbox.redis;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.tls.KeyAndChain;
import stripebridge.core.tls.TlsContexts;
import stripebridge.core.tls.TlsFileException;
import stripebridge.core.tls.TlsFiles;

/// Makes the sockets of TLS connections to Redis, with the certificates that the settings name.
final class RedisTls {
  private static final String HINT =
      "REDIS_TLS_CA_CERT_PATH, REDIS_TLS_CERT_PATH and REDIS_TLS_KEY_PATH name PEM files";

  private RedisTls() {}

  /// @param folder where relative paths start
  /// @throws InboxException.Unusable when a file cannot be used; names it
  static SSLSocketFactory sockets(TlsTrust trust, TlsIdentity identity, Path folder)
      throws InboxException.Unusable {
    TlsFiles files = new TlsFiles(path -> Files.readAllBytes(folder.resolve(path)));
    try {
      TrustManager authorities =
          switch (trust) {
            case TlsTrust.JavaDefault() -> TlsContexts.trustOfJava();
            case TlsTrust.File file -> TlsContexts.trust(files.trusted(file));
          };
      @Nullable KeyAndChain shown =
          identity instanceof TlsIdentity.Pem pem ? files.identity(pem) : null;
      return TlsContexts.context(shown, authorities).getSocketFactory();
    } catch (TlsFileException e) {
      throw new InboxException.Unusable(String.valueOf(e.getMessage()), HINT, e);
    }
  }
}
