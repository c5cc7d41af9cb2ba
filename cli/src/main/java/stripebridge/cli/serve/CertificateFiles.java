package stripebridge.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import stripebridge.cli.CliContext;
import stripebridge.cli.option.InputFile;
import stripebridge.core.config.Secret;
import stripebridge.core.config.Sources.SettingFiles.Content;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.tls.TlsFileException;
import stripebridge.service.http.ServerTls;

/// The contents of a certificate's two files at one moment, as text: what matters in a PEM file is
/// ASCII.
record CertificateFiles(Content chain, Content key) {
  /// Of a bridge without a certificate.
  static final CertificateFiles NONE =
      new CertificateFiles(new Content.Unreadable("not set"), new Content.Unreadable("not set"));

  /// At the start, when each may be a pipe.
  static CertificateFiles first(CliContext context, TlsIdentity.Pem pem) {
    return new CertificateFiles(
        InputFile.readOnce(context, pem.certificatePath()),
        InputFile.readOnce(context, pem.keyPath()));
  }

  static CertificateFiles again(CliContext context, TlsIdentity.Pem pem) {
    return new CertificateFiles(
        InputFile.readAgain(context, pem.certificatePath()),
        InputFile.readAgain(context, pem.keyPath()));
  }

  /// Whether both can be read again.
  static boolean areRepeatable(CliContext context, TlsIdentity.Pem pem) {
    return InputFile.isRepeatable(context, pem.certificatePath())
        && InputFile.isRepeatable(context, pem.keyPath());
  }

  /// What was read, and not what the files may have by now.
  ///
  /// @param named the paths as problems name them
  ServerTls tls(TlsIdentity.Pem named) throws TlsFileException {
    return ServerTls.of(
        named, path -> bytes(path, path.equals(named.certificatePath()) ? chain : key));
  }

  private static byte[] bytes(String path, Content content) throws IOException {
    return switch (content) {
      case Content.Text(Secret text) -> text.reveal().getBytes(UTF_8);
      case Content.Unreadable(String reason) ->
          throw switch (reason) {
            case "no such file" -> new NoSuchFileException(path);
            case "permission denied" -> new AccessDeniedException(path);
            default -> new IOException(reason);
          };
    };
  }
}
