package stripebridge.service.http;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import stripebridge.core.config.TlsIdentity;

/// The certificate and the key that the server shows.
///
/// @param expiresAt when the first of the certificates ends
public record ServerTls(Tls tls, Instant expiresAt) {
  /// Reads both files.
  ///
  /// @throws IllegalArgumentException when a file cannot be used; names it
  public static ServerTls of(TlsIdentity.Pem pem, Path workingDirectory) {
    requireReadable(
        "certificate", "APP_TLS_CERT_PATH", workingDirectory.resolve(pem.certificatePath()));
    requireReadable("key", "APP_TLS_KEY_PATH", workingDirectory.resolve(pem.keyPath()));
    try {
      Keys keys =
          Keys.builder()
              .pem(files ->
                  files
                      .certChain(Resource.create(workingDirectory.resolve(pem.certificatePath())))
                      .key(Resource.create(workingDirectory.resolve(pem.keyPath()))))
              .build();
      Instant expiresAt =
          keys.certChain().stream()
              .map(certificate -> certificate.getNotAfter().toInstant())
              .min(Comparator.naturalOrder())
              .orElseThrow(() -> new IllegalArgumentException("it has no certificate"));
      return new ServerTls(
          Tls.builder().privateKey(keys).privateKeyCertChain(keys).build(), expiresAt);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "cannot use the certificate '%s' with the key '%s': %s"
              .formatted(pem.certificatePath(), pem.keyPath(), e.getMessage()),
          e);
    }
  }

  private static void requireReadable(String what, String setting, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      in.read();
    } catch (IOException e) {
      String seen =
          switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "this user may not read it";
            default -> String.valueOf(e.getMessage());
          };
      throw new IllegalArgumentException(
          "cannot read the %s '%s': %s; %s names it".formatted(what, file, seen, setting), e);
    }
  }
}
