package stripebridge.cli.setup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;

/// The client library's jar in an installation. It appears under its name whole, and with the bytes
/// that this build was made with, or not at all.
final class LibraryFile {
  private static final String PARTIAL = ".part";

  private final Installation installation;

  LibraryFile(Installation installation) {
    this.installation = installation;
  }

  /// The SHA-256 of what is there now.
  String seen() throws IOException {
    try (InputStream in = Files.newInputStream(installation.jar());
        DigestOutputStream out = digesting(OutputStream.nullOutputStream())) {
      in.transferTo(out);
      return hex(out);
    }
  }

  /// Takes the jar from its source, checks it, and gives it its name.
  ///
  /// @throws CommandFailure when it cannot be had, is another one, or cannot be written
  void install(LibrarySource source, Download download) {
    Path partial;
    try {
      partial = Files.createTempFile(installation.lib(), "sol-jcsmp-", PARTIAL);
    } catch (IOException e) {
      throw unwritable(installation, e);
    }
    try {
      String seen;
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        DigestOutputStream out = digesting(Channels.newOutputStream(channel));
        write(source, download, out);
        seen = hex(out);
        // Else a power cut could leave the name without the bytes.
        channel.force(true);
      }
      check(source, seen);
      Installation.readableAs(installation.ourJar(), partial);
      Files.move(partial, installation.jar(), StandardCopyOption.ATOMIC_MOVE);
      forceName(installation.lib());
    } catch (IOException e) {
      throw unwritable(installation, e);
    } finally {
      delete(partial);
    }
  }

  private static void write(LibrarySource source, Download download, OutputStream out)
      throws IOException {
    switch (source) {
      case LibrarySource.OnWeb web -> download.copy(web, out);
      case LibrarySource.OnDisk(Path file) -> {
        if (!Files.isRegularFile(file)) {
          throw CommandFailure.usage(
              "cannot read " + source + ": there is no such file", "pass the jar to --from");
        }
        InputStream in;
        try {
          in = Files.newInputStream(file);
        } catch (IOException e) {
          throw CommandFailure.usage("cannot read " + source + ": " + reason(e), null);
        }
        try (in) {
          in.transferTo(out);
        }
      }
    }
  }

  private void check(LibrarySource source, String seen) {
    ClientLibrary library = installation.library();
    if (seen.equals(library.sha256())) {
      return;
    }
    boolean isNamed = source instanceof LibrarySource.OnDisk;
    throw new CommandFailure(
        isNamed ? ExitCode.USAGE : ExitCode.UNAVAILABLE,
        "what %s has is not %s: expected SHA-256 %s, saw %s; nothing was installed"
            .formatted(source, library.title(), library.sha256(), seen),
        isNamed
            ? "pass the file " + library.fileName() + " of Maven Central"
            : "a proxy or a mirror may have answered in its place: fetch %s elsewhere and pass it"
                    .formatted(library.fileName())
                + " with --from FILE");
  }

  private static void forceName(Path folder) {
    // Not every system opens folders; where it does not, names need no forcing.
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    } catch (IOException _) {
      // The file is there and whole. Only a power cut at this moment could take its name.
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException _) {
      // The next setup removes it.
    }
  }

  /// Whether a killed setup has left this file.
  static boolean isLeftover(Path file) {
    return file.getFileName().toString().endsWith(PARTIAL);
  }

  static CommandFailure unwritable(Installation installation, IOException failure) {
    boolean isRefused =
        failure instanceof AccessDeniedException || reason(failure).contains("Read-only");
    return new CommandFailure(
        isRefused ? ExitCode.REFUSED : ExitCode.UNAVAILABLE,
        "cannot write to %s: %s".formatted(installation.lib(), reason(failure)),
        isRefused
            ? "run 'stripebridge setup' once as a user who may write there, such as its owner%s;"
                    .formatted(owner(installation.lib()))
                + " to run stripebridge, reading is enough"
            : "make room there, then run it again; nothing was installed");
  }

  private static String owner(Path folder) {
    try {
      return " '" + Files.getOwner(folder).getName() + "'";
    } catch (IOException | UnsupportedOperationException _) {
      return "";
    }
  }

  /// Most subclasses have no message but the file's name.
  static String reason(IOException failure) {
    return switch (failure) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file or folder";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> String.valueOf(failure.getMessage());
    };
  }

  private static DigestOutputStream digesting(OutputStream out) {
    try {
      return new DigestOutputStream(out, MessageDigest.getInstance("SHA-256"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String hex(DigestOutputStream out) {
    return HexFormat.of().formatHex(out.getMessageDigest().digest());
  }
}
