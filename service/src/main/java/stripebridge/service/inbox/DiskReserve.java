package stripebridge.service.inbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Keeps room on the disk for settlements: a file beside the inbox, whose blocks are released when
/// the disk has no others. Only the owner of the inbox uses it. Thread-safe.
final class DiskReserve {
  private static final int WRITTEN_AT_ONCE = 1 << 20;

  private final Path file;
  private final long bytes;

  // Finding the file system of a path reads the table of mounts. Asking it for its room looks the
  // path up again, and no more.
  private volatile @Nullable FileStore store;

  DiskReserve(Path inbox, long bytes) {
    this.file = Ownership.sibling(inbox, ".reserve");
    this.bytes = bytes;
  }

  long bytes() {
    return bytes;
  }

  /// Whether the file has its full size.
  synchronized boolean isWhole() {
    return file.toFile().length() >= bytes;
  }

  /// Releases a quarter: another process may fill the released room before the inbox uses it.
  ///
  /// @return whether anything was left to release
  synchronized boolean release() {
    long left = file.toFile().length();
    return left > 0 && shorten(Math.max(0, Math.min(left, bytes) - (bytes + 3) / 4));
  }

  private boolean shorten(long to) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(to);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /// Allocates the whole reserve or nothing.
  ///
  /// @return whether it is allocated
  synchronized boolean allocate() {
    long had = file.toFile().length();
    try {
      Ownership.create(file);
      if (!fallocate()) {
        write();
      }
      return true;
    } catch (IOException _) {
      shorten(had);
      return false;
    }
  }

  private boolean fallocate() throws IOException {
    if (!Posix.isHere()) {
      return false;
    }
    int descriptor = Posix.open(file);
    try {
      return Posix.allocate(descriptor, bytes);
    } finally {
      Posix.close(descriptor);
    }
  }

  /// Random bytes, which no file system can compress.
  private void write() throws IOException {
    SplittableRandom random = new SplittableRandom(bytes);
    byte[] part = new byte[WRITTEN_AT_ONCE];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long at = 0; at < bytes; at += part.length) {
        random.nextBytes(part);
        ByteBuffer left = ByteBuffer.wrap(part, 0, (int) Math.min(part.length, bytes - at));
        while (left.hasRemaining()) {
          int _ = channel.write(left);
        }
      }
      channel.force(true);
    }
  }

  /// How much room the disk has beside the reserve.
  ///
  /// @throws IOException when the file system does not say
  long free() throws IOException {
    return free(store());
  }

  /// How large the disk is.
  ///
  /// @throws IOException when the file system does not say
  long size() throws IOException {
    return size(store());
  }

  private FileStore store() throws IOException {
    FileStore found = store;
    if (found == null) {
      Path folder = file.toAbsolutePath().getParent();
      found = Files.getFileStore(folder == null ? file.toAbsolutePath() : folder);
      store = found;
    }
    return found;
  }

  /// How much room the file system of a path has.
  ///
  /// @throws IOException when it does not say
  static long free(Path path) throws IOException {
    return free(Files.getFileStore(path));
  }

  private static long free(FileStore store) throws IOException {
    long _ = size(store);
    return store.getUsableSpace();
  }

  private static long size(FileStore store) throws IOException {
    long size = store.getTotalSpace();
    if (size == 0) {
      // Some network and user-space file systems report no sizes.
      throw new IOException("the file system does not report its size");
    }
    return size;
  }
}
