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

/// The last sequence that an inbox has acknowledged, kept in a small file beside the inbox: a file
/// that has lost entries cannot know that itself. Written once a second while it grows, and on
/// close; not synced, since a power cut may take its last second.
///
/// Thread-safe.
final class HighWaterMark implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Pattern TEXT =
      Pattern.compile("(stripebridge-mark 1 ([0-9a-f-]{36}) (\\d{19}) (\\d{19})) ([0-9a-f]{8})\n");
  // More than the mark's length, so that a longer file is recognized.
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

  /// The content of the file.
  sealed interface Reading {
    record Absent() implements Reading {}

    record Unreadable(String why) implements Reading {}

    /// All events up to a sequence were acknowledged, the last of them at most a second before.
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

  /// The file of an inbox's mark.
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

  /// Starts to write the mark of an inbox.
  ///
  /// @param answered the last sequence that is acknowledged already
  static HighWaterMark start(
      Path path, String inboxId, long answered, InstantSource clock, InboxObserver observer) {
    HighWaterMark mark = new HighWaterMark(path, inboxId, answered, clock, observer);
    // At once: until then the mark may be another inbox's.
    mark.write();
    mark.thread.start();
    return mark;
  }

  /// Writes the mark once, for a command that stores no events.
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
        int _ = channel.write(bytes, bytes.position());
      }
      channel.truncate(content.length);
    }
  }

  /// Events up to this sequence are on the disk and about to be acknowledged.
  void advance(long sequence) {
    long _ = answered.accumulateAndGet(sequence, Math::max);
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
      // Whatever it is, the next write may work.
      if (!isFailing) {
        observer.markFailed("cannot write '" + path + "': " + e);
      }
      isFailing = true;
    }
  }

  /// Removes the mark: nothing is missing, and another inbox may take the file's place.
  void remove() {
    isRemoved = true;
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      observer.markFailed("cannot remove '" + path + "': " + e);
    }
  }

  /// Writes the mark for the last time.
  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
    Threads.joinUninterruptibly(thread);
    write();
  }
}
