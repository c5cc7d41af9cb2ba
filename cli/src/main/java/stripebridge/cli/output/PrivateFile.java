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

/// A file for events taken off the bridge: what it makes only its owner may read, since events say
/// whom they are about, and what was forced survives a power cut, name and all.
///
/// What is thrown says what was seen, without naming the file. One thread may write while another
/// forces.
public final class PrivateFile implements AutoCloseable {
  private static final String OWNER_ONLY = "rw-------";

  private final Path file;
  private final FileChannel channel;
  private boolean isNameForced;

  private PrivateFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// A new one. Whatever has the name already is left alone, a link that leads nowhere included.
  ///
  /// @throws IOException when there is one, or it cannot be made
  public static PrivateFile create(Path file) throws IOException {
    return open(file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /// The one that is there, to be gone on with at its end, or a new one. Links are followed. One
  /// that is there keeps its mode: whoever let a group read it has a reason, and to take that away,
  /// or to refuse in the middle of the night, helps nobody.
  ///
  /// Nobody else can go on with it at the same time, and a last line that was never ended, by
  /// somebody who was killed, is ended.
  ///
  /// @throws IOException when it cannot be written, or is no file that a disk keeps, or another
  ///   process goes on with it
  public static PrivateFile append(Path file) throws IOException {
    // To open a pipe would wait for a reader, and nothing could be forced through it.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("it is no regular file");
    }
    PrivateFile opened =
        open(
            file,
            EnumSet.of(
                StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    try {
      opened.takeOver();
      return opened;
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  private void takeOver() throws IOException {
    try {
      // Held until the channel is closed.
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
      throw new IOException(seen(e), e);
    }
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /// The kinds of it mostly have no text but the file's name.
  private static String seen(IOException failure) {
    return switch (failure) {
      case FileAlreadyExistsException _ -> "there is such a file already";
      case NoSuchFileException _ -> "there is no such folder";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> String.valueOf(failure.getMessage());
    };
  }

  /// Writes all of each, one after the other.
  public void write(byte[]... parts) throws IOException {
    for (byte[] part : parts) {
      ByteBuffer left = ByteBuffer.wrap(part);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    }
  }

  /// The same as a stream, which is not to be closed.
  public OutputStream stream() {
    return Channels.newOutputStream(channel);
  }

  /// Returns when all that was written is on the disk, and the file's name in its folder.
  public void force() throws IOException {
    channel.force(true);
    // Elsewhere folders cannot be opened, and names need no forcing.
    if (!isNameForced && isPosix(file)) {
      Path folder = file.toRealPath().getParent();
      try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
        names.force(true);
      } catch (IOException e) {
        throw new IOException("its folder cannot be forced to the disk: " + seen(e), e);
      }
    }
    isNameForced = true;
  }

  /// Forces nothing.
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
