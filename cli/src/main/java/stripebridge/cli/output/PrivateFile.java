package stripebridge.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/// A file for events taken off the bridge. Only its owner can read it, because events contain
/// personal data. Data that was forced survives a power cut, and so does the file's name.
///
/// Exceptions give the reason without the file's name. One thread may write while another forces.
public final class PrivateFile implements AutoCloseable {
  private static final String OWNER_ONLY = "rw-------";

  private final Path file;
  private final FileChannel channel;
  private boolean isNameForced;

  private PrivateFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Creates a file. An existing file, or even a dangling link, of that name is left alone.
  ///
  /// @throws IOException when the name exists, or the file cannot be created
  public static PrivateFile create(Path file) throws IOException {
    return open(file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /// Opens a file to append to, or creates it. Links are followed. An existing file keeps its mode:
  /// if a group may read it, that has a reason, and an error in the middle of the night would not
  /// help.
  ///
  /// The file is locked against other writers. If a killed writer left its last line unfinished, a
  /// line break is added.
  ///
  /// @throws IOException when it cannot be written, is not a regular file, or another process
  ///   appends to it
  public static PrivateFile append(Path file) throws IOException {
    // Opening a pipe would wait for a reader, and a pipe cannot be forced to disk.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("it is not a regular file");
    }
    PrivateFile opened =
        open(
            file,
            EnumSet.of(
                StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    try {
      opened.lock();
      return opened;
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  private void lock() throws IOException {
    try {
      // Locked until the channel is closed.
      if (channel.tryLock() == null) {
        throw new IOException("another process writes to it");
      }
    } catch (OverlappingFileLockException _) {
      throw new IOException("it is being written to");
    }
    if (channel.size() > 0 && !endsWithLineBreak()) {
      write(new byte[] {'\n'});
    }
  }

  private boolean endsWithLineBreak() throws IOException {
    try (FileChannel reading = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      reading.read(last, reading.size() - 1);
      return last.get(0) == '\n';
    }
  }

  private static PrivateFile open(Path file, Set<StandardOpenOption> how) throws IOException {
    FileAttribute<?>[] mode =
        isPosix(file)
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY))
            }
            : new FileAttribute<?>[0];
    try {
      return new PrivateFile(file, FileChannel.open(file, how, mode));
    } catch (IOException e) {
      throw new IOException(reason(e), e);
    }
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /// Most subclasses have no message but the file's name.
  private static String reason(IOException failure) {
    return switch (failure) {
      case FileAlreadyExistsException _ -> "the file already exists";
      case NoSuchFileException _ -> "no such directory";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> String.valueOf(failure.getMessage());
    };
  }

  /// Writes all parts, in order.
  public void write(byte[]... parts) throws IOException {
    for (byte[] part : parts) {
      ByteBuffer left = ByteBuffer.wrap(part);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    }
  }

  /// Writes through a stream. Do not close it.
  public OutputStream stream() {
    return Channels.newOutputStream(channel);
  }

  /// Returns when all data and the file's name are on the disk.
  public void force() throws IOException {
    channel.force(true);
    // Elsewhere directories cannot be opened, and names need no forcing.
    if (!isNameForced && isPosix(file)) {
      Path directory = file.toRealPath().getParent();
      try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
        names.force(true);
      } catch (IOException e) {
        throw new IOException("its directory cannot be forced to the disk: " + reason(e), e);
      }
    }
    isNameForced = true;
  }

  /// Closes without forcing.
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
