package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// How far an inbox has answered, kept in a small file beside its own: what the inbox's file has
/// lost it cannot know itself. Written once a second while it grows, and at the end; not synced,
/// since a power cut may take the last second of it.
///
/// Thread-safe.
final class HighWaterMark implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Pattern TEXT =
      Pattern.compile("(stripebridge-mark 1 ([0-9a-f-]{36}) (\\d{19}) (\\d{19})) ([0-9a-f]{8})\n");
  // More than it has, so that what is longer is seen to be.
  private static final int READ_MAX = 256;

  private final Path path;
  private final String inboxId;
  private final InstantSource clock;
  private final InboxObserver observer;
  private final AtomicLong answered = new AtomicLong();
  private final Thread thread;
  private long written = -1;
  private boolean isFailing;
  private volatile boolean isClosed;
  private volatile boolean isRemoved;

  /// What the file says.
  sealed interface Reading {
    /// There is no file.
    record Absent() implements Reading {}

    /// There is something else.
    record Unreadable(String why) implements Reading {}

    /// All events up to a sequence were answered, the last of them at most a second before.
    record Found(String inboxId, long sequence, Instant writtenAt) implements Reading {}
  }

  private HighWaterMark(
      Path path, String inboxId, long answered, InstantSource clock, InboxObserver observer) {
    this.path = path;
    this.inboxId = inboxId;
    this.clock = clock;
    this.observer = observer;
    this.answered.set(answered);
    thread = Thread.ofPlatform().daemon().name("inbox-mark").unstarted(this::run);
  }

  /// Where the mark of an inbox is.
  static Path pathOf(Path inbox) {
    return inbox.resolveSibling(inbox.getFileName() + ".mark");
  }

  static Reading read(Path path) {
    try {
      if (!Files.exists(path)) {
        return new Reading.Absent();
      }
      ByteBuffer bytes = ByteBuffer.allocate(READ_MAX);
      try (FileChannel channel = FileChannel.open(path)) {
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      }
      return parse(new String(bytes.array(), 0, bytes.position(), US_ASCII));
    } catch (IOException e) {
      return new Reading.Unreadable(e.toString());
    }
  }

  static Reading parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches() || !parts.group(5).equals(sum(parts.group(1)))) {
      return new Reading.Unreadable("it is torn or damaged");
    }
    return new Reading.Found(
        parts.group(2),
        Long.parseLong(parts.group(3)),
        Instant.ofEpochMilli(Long.parseLong(parts.group(4))));
  }

  /// The counterpart of [#parse].
  static String text(Reading.Found mark) {
    String text =
        "stripebridge-mark 1 %s %019d %019d"
            .formatted(mark.inboxId(), mark.sequence(), mark.writtenAt().toEpochMilli());
    return text + " " + sum(text) + "\n";
  }

  private static String sum(String text) {
    CRC32C sum = new CRC32C();
    sum.update(text.getBytes(US_ASCII));
    return "%08x".formatted(sum.getValue());
  }

  /// Writes the mark of an inbox from now on.
  ///
  /// @param answered what is known to be answered already
  static HighWaterMark start(
      Path path, String inboxId, long answered, InstantSource clock, InboxObserver observer) {
    HighWaterMark mark = new HighWaterMark(path, inboxId, answered, clock, observer);
    // At once: until then it may say something of another file.
    mark.write();
    mark.thread.start();
    return mark;
  }

  /// Writes it once, for who does not store anything: what the mark said before is written down.
  ///
  /// @throws IOException when it cannot
  static void write(Path path, String inboxId, long sequence, InstantSource clock)
      throws IOException {
    write(path, text(new Reading.Found(inboxId, sequence, clock.instant())));
  }

  private static void write(Path path, String text) throws IOException {
    byte[] content = text.getBytes(US_ASCII);
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        var _ = channel.write(bytes, bytes.position());
      }
      channel.truncate(content.length);
    }
  }

  /// Events up to this sequence are on the disk and are about to be answered.
  void advance(long sequence) {
    var _ = answered.accumulateAndGet(sequence, Math::max);
  }

  private void run() {
    while (!isClosed) {
      write();
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }

  private synchronized void write() {
    long sequence = answered.get();
    if (sequence == written || isRemoved) {
      return;
    }
    try {
      write(path, inboxId, sequence, clock);
      written = sequence;
      isFailing = false;
    } catch (IOException | RuntimeException | Error e) {
      // Whatever it is, the next one may be written.
      if (!isFailing) {
        observer.markFailed("cannot write '" + path + "': " + e);
      }
      isFailing = true;
    }
  }

  /// Removes it: nothing is missing of what it stands for, and another inbox may take its place.
  void remove() {
    isRemoved = true;
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      observer.markFailed("cannot remove '" + path + "': " + e);
    }
  }

  /// Writes it for the last time.
  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    write();
  }
}
