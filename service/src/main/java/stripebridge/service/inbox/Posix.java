package stripebridge.service.inbox;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/// The few system calls that Java does not offer, on 64-bit Linux and macOS.
///
/// Java's own file locks belong to the process: they end as soon as it closes *any* descriptor of
/// the file, for instance in SQLite. A lock of `F_OFD_SETLK` belongs to one open descriptor.
final class Posix {
  private static final int NOT_PERMITTED = 1;
  private static final int PERMISSION_DENIED = 13;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final AddressLayout ADDRESS = ValueLayout.ADDRESS;

  private static final String OS = System.getProperty("os.name", "");
  private static final boolean IS_MAC = OS.startsWith("Mac");
  private static final boolean IS_LINUX = OS.startsWith("Linux");

  // From each system's fcntl.h.
  private static final int OPEN_READ_WRITE = 2;
  private static final int OPEN_CLOSE_ON_EXEC = IS_MAC ? 0x100_0000 : 0x8_0000;
  private static final int SET_LOCK_OF_DESCRIPTOR = IS_MAC ? 90 : 37;
  private static final short WRITE_LOCK = (short) (IS_MAC ? 3 : 1);

  private static final int EACCES = 13;
  private static final int EINVAL = 22;
  private static final int EAGAIN = IS_MAC ? 35 : 11;

  private static final int FLOCK_BYTES = 32;
  private static final int FLOCK_TYPE_AT = IS_MAC ? 20 : 0;
  private static final int FLOCK_START_AT = IS_MAC ? 0 : 8;
  private static final int FLOCK_LENGTH_AT = IS_MAC ? 8 : 16;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private Posix() {}

  /// Whether this system is supported.
  static boolean isHere() {
    return (IS_LINUX || IS_MAC) && ADDRESS.byteSize() == Long.BYTES;
  }

  /// Opens an existing file for reading and writing. Child processes do not inherit the descriptor.
  static int open(Path path) throws IOException {
    Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int descriptor =
          (int)
              Calls.OPEN.invokeExact(
                  state,
                  arena.allocateFrom(path.toString(), names),
                  OPEN_READ_WRITE | OPEN_CLOSE_ON_EXEC);
      if (descriptor < 0) {
        throw failure(path, (int) ERRNO.get(state, 0L));
      }
      return descriptor;
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("open failed", e);
    }
  }

  /// Locks one byte for this descriptor, against all others, those of this process included.
  ///
  /// @return whether no other descriptor has the lock; true also on systems without such locks,
  ///   such as gVisor
  static boolean tryLock(int descriptor, long at) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment flock = arena.allocate(FLOCK_BYTES, Long.BYTES); // zeros: from the beginning
      flock.set(ValueLayout.JAVA_SHORT, FLOCK_TYPE_AT, WRITE_LOCK);
      flock.set(LONG, FLOCK_START_AT, at);
      flock.set(LONG, FLOCK_LENGTH_AT, 1);
      int done = (int) Calls.FCNTL.invokeExact(state, descriptor, SET_LOCK_OF_DESCRIPTOR, flock);
      int errno = (int) ERRNO.get(state, 0L);
      if (done < 0 && errno != EAGAIN && errno != EACCES && errno != EINVAL) {
        throw failure("fcntl", errno);
      }
      return done >= 0 || errno == EINVAL;
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("fcntl failed", e);
    }
  }

  /// Allocates blocks for a file up to this size.
  ///
  /// @return whether that worked
  static boolean allocate(int descriptor, long bytes) throws IOException {
    if (!IS_LINUX) {
      return false;
    }
    try {
      // It returns the error instead of setting errno.
      return (int) Calls.ALLOCATE.invokeExact(descriptor, 0L, bytes) == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("posix_fallocate failed", e);
    }
  }

  static void close(int descriptor) {
    try {
      int _ = (int) Calls.CLOSE.invokeExact(descriptor);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("close failed", e);
    }
  }

  private static IOException failure(Path path, int errno) {
    return errno == NOT_PERMITTED || errno == PERMISSION_DENIED
        ? new AccessDeniedException(path.toString())
        : new IOException("cannot open '" + path + "': error " + errno);
  }

  private static IOException failure(String call, int errno) {
    return new IOException(call + " failed with error " + errno);
  }

  /// Linked on first use.
  @SuppressWarnings("restricted") // The JVM is started with --enable-native-access.
  private static final class Calls {
    private static final Linker.Option ERRNO_KEPT = Linker.Option.captureCallState("errno");

    static final MethodHandle OPEN =
        handle(
            "open",
            FunctionDescriptor.of(INT, ADDRESS, INT),
            Linker.Option.firstVariadicArg(2),
            ERRNO_KEPT);
    static final MethodHandle FCNTL =
        handle(
            "fcntl",
            FunctionDescriptor.of(INT, INT, INT, ADDRESS),
            Linker.Option.firstVariadicArg(2),
            ERRNO_KEPT);
    static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(INT, INT));
    static final MethodHandle ALLOCATE =
        handle(
            IS_LINUX ? "posix_fallocate" : "close",
            IS_LINUX
                ? FunctionDescriptor.of(INT, INT, LONG, LONG)
                : FunctionDescriptor.of(INT, INT));

    private static MethodHandle handle(
        String name, FunctionDescriptor shape, Linker.Option... options) {
      return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, options);
    }
  }
}
