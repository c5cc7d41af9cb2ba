package stripebridge.service.http;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.tls.KeyAndChain;
import stripebridge.core.tls.TlsContexts;
import stripebridge.core.tls.TlsFileException;
import stripebridge.core.tls.TlsFiles;

/// The certificate and the key that the server shows.
///
/// @param expiresAt when the first of the certificates expires
public record ServerTls(SSLContext context, Instant expiresAt) {
  /// Reads both files, whose paths start from a directory.
  ///
  /// @throws TlsFileException when a file cannot be used; names it
  public static ServerTls of(TlsIdentity.Pem pem, Path workingDirectory) throws TlsFileException {
    TlsIdentity.Pem resolved =
        new TlsIdentity.Pem(
            workingDirectory.resolve(pem.certificatePath()).toString(),
            workingDirectory.resolve(pem.keyPath()).toString());
    return of(resolved, path -> Files.readAllBytes(Path.of(path)));
  }

  /// Makes it of the contents of both files.
  ///
  /// @throws TlsFileException when a file cannot be used; names it
  public static ServerTls of(TlsIdentity.Pem pem, TlsFiles.Reader reader) throws TlsFileException {
    KeyAndChain identity = new TlsFiles(reader).identity(pem);
    return new ServerTls(TlsContexts.context(identity, null), identity.expiresAt());
  }
}
