package stripebridge.service.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import stripebridge.core.capture.CaptureName;

/// The folder with captures: lists, writes and deletes them, and touches no other file. Only its
/// owner may enter it. No link in it is followed.
///
/// Several processes may use one folder: their files have different names, and each process sees
/// the files of all. Not thread-safe.
public final class CaptureFolder {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);
  private static final FileAttribute<?> FOLDER_MODE =
      PosixFilePermissions.asFileAttribute(OWNER_ONLY);
  private static final FileAttribute<?> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path folder;
  private final UserPrincipal owner;

  private CaptureFolder(Path folder, UserPrincipal owner) {
    this.folder = folder;
    this.owner = owner;
  }

  /// Opens a folder. Creates it if its parent exists, and tries that a file can be written.
  ///
  /// @throws CaptureFolderException when it cannot be used, or is not private
  public static CaptureFolder open(Path folder) throws CaptureFolderException {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      throw unusable(folder, "this system has no file modes that would keep it private", null);
    }
    try {
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(folder, FOLDER_MODE);
      }
      check(folder);
      CaptureFolder opened = new CaptureFolder(folder, probe(folder));
      opened.check();
      return opened;
    } catch (NotPrivateException e) {
      throw unusable(folder, e.getMessage(), e.hint);
    } catch (NoSuchFileException _) {
      throw unusable(folder, "its parent does not exist", "create the parent, or name another");
    } catch (IOException e) {
      throw unusable(
          folder,
          reason(e),
          "name a directory that the bridge may write to, or one that it may create");
    }
  }

  private static CaptureFolderException unusable(
      Path folder, @Nullable String why, @Nullable String hint) {
    return new CaptureFolderException(
        "cannot capture refused webhooks in '" + folder + "': " + why, hint);
  }

  /// Someone else could read or change what is captured.
  private static final class NotPrivateException extends IOException {
    private final String hint;

    NotPrivateException(String what, String hint) {
      super(what);
      this.hint = hint;
    }
  }

  private static PosixFileAttributes check(Path folder) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (found.isSymbolicLink()) {
      throw new NotPrivateException("it is a symbolic link", "name the directory that it leads to");
    }
    if (!found.isDirectory()) {
      throw new NotPrivateException("it is not a directory", "name a directory");
    }
    if (!OWNER_ONLY.containsAll(found.permissions())) {
      throw new NotPrivateException(
          "others may read or write it (mode "
              + PosixFilePermissions.toString(found.permissions())
              + "); captures hold personal data",
          "chmod 700 the directory, or name one that does not exist yet: the bridge creates it");
    }
    return found;
  }

  /// Writes a file and deletes it.
  ///
  /// @return the user that this process writes as
  private static UserPrincipal probe(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, ".probe-", "", FILE_MODE);
    try {
      return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS);
    } finally {
      Files.delete(file);
    }
  }

  /// Checks that the folder is still there and still private: it may have been replaced meanwhile.
  void check() throws IOException {
    UserPrincipal found = check(folder).owner();
    if (!found.equals(owner)) {
      throw new NotPrivateException(
          "it belongs to " + found.getName() + ", and the bridge runs as " + owner.getName(),
          "name a directory that belongs to " + owner.getName());
    }
  }

  /// The captures of all processes, finished or not, with their sizes in bytes.
  Map<CaptureName, Long> list() throws IOException {
    Map<CaptureName, Long> found = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Optional<CaptureName> name = CaptureName.of(file.getFileName().toString());
        if (name.isPresent()) {
          sizeOf(file).ifPresent(size -> found.merge(name.get(), size, Long::sum));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  /// The size of a regular file; empty for anything else, or when it has just gone.
  private static Optional<Long> sizeOf(Path file) throws IOException {
    try {
      BasicFileAttributes found =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.isRegularFile() ? Optional.of(found.size()) : Optional.empty();
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /// Writes a capture. A reader finds all of it, or nothing.
  ///
  /// @throws IOException when it cannot be written; nothing is left of it then, if that is possible
  void write(CaptureName name, byte[] content) throws IOException {
    Path unfinished = folder.resolve(name.unfinishedText());
    try {
      fill(unfinished, content);
      // Not forced: a capture that a power cut takes is not the loss of an event.
      Files.move(unfinished, path(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      discard(unfinished);
      throw e;
    }
  }

  private static void fill(Path unfinished, byte[] content) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            unfinished,
            // It follows no link, and overwrites nothing.
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            FILE_MODE)) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        int _ = file.write(left);
      }
    }
  }

  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException _) {
      // It is deleted with its age.
    }
  }

  /// Deletes a capture, finished or not. Another process may have done so.
  void delete(CaptureName name) throws IOException {
    for (Path file : new Path[] {path(name), folder.resolve(name.unfinishedText())}) {
      if (sizeOf(file).isPresent()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /// Where a capture is.
  Path path(CaptureName name) {
    return folder.resolve(name.text());
  }

  /// The folder itself.
  public Path path() {
    return folder;
  }

  /// The bytes that this process may still write on the disk.
  long diskFree() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  /// Why a file operation failed, without the file's name.
  static String reason(IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "it does not exist";
      case NotDirectoryException _ -> "it is not a directory";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> String.valueOf(failure.getMessage());
    };
  }
}
