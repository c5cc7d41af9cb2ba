package stripebridge.solace.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.tls.TlsContexts;
import stripebridge.core.tls.TlsFileException;
import stripebridge.core.tls.TlsFiles;

/// Reads the CA certificates of the settings.
public final class TrustedCertificates {
  private static final TlsFiles FILES = new TlsFiles(path -> Files.readAllBytes(Path.of(path)));

  private TrustedCertificates() {}

  /// The certificates, in memory.
  ///
  /// @throws BrokerException.Invalid when the file cannot be used
  public static KeyStore of(TlsTrust trust) throws BrokerException {
    try {
      return switch (trust) {
        case TlsTrust.JavaDefault() ->
            TlsContexts.keyStore(List.of(TlsContexts.trustOfJava().getAcceptedIssuers()));
        case TlsTrust.File file -> FILES.trusted(file);
      };
    } catch (TlsFileException e) {
      throw new BrokerException.Invalid(String.valueOf(e.getMessage()), e);
    }
  }
}
