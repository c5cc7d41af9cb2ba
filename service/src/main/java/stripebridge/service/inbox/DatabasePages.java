package stripebridge.service.inbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The pages of a SQLite file as its log leaves them, read without SQLite, which gives up at the
/// first damaged page and writes to what it opens. Nothing is ever written.
///
/// A page has the number that it has in the file, from 1 on. Of the log what counts is what was
/// committed, up to the last intact frame, damaged ones in between being left out: SQLite itself
/// stops at the first of those.
///
/// Format: https://sqlite.org/fileformat2.html
final class DatabasePages implements AutoCloseable {
  // Ours are of this size; the header says so, unless it is damaged.
  private static final int USUAL_PAGE_BYTES = 4_096;

  private static final int LOG_HEADER_BYTES = 32;
  private static final int FRAME_HEADER_BYTES = 24;
  private static final int POINTER_BYTES = 5;
  // 64 GiB.
  private static final long OVERFLOW_FIRST_BYTE_ZERO_BELOW = 1 << 24;

  private final FileChannel file;
  private final FileChannel log;
  private final int pageBytes;
  private final long pages;

  /// Where in the log the newest image of a page is.
  private final Map<Long, Long> inLog = new HashMap<>();

  // Of the last page that was asked about.
  private long mapRead;
  private List<PageType> types = List.of();

  private final TreeSet<Long> damagedFrames = new TreeSet<>();

  private DatabasePages(FileChannel file, FileChannel log) throws IOException {
    this.file = file;
    this.log = log;
    ByteBuffer header = ByteBuffer.allocate(100);
    readFully(file, header, 0);
    int told = Short.toUnsignedInt(header.getShort(16));
    boolean isLegal = told == 1 || (told >= 512 && Integer.bitCount(told) == 1);
    this.pageBytes = !isLegal ? USUAL_PAGE_BYTES : told == 1 ? 65_536 : told;
    long pagesOfLog = readLog();
    this.pages = pagesOfLog > 0 ? pagesOfLog : (file.size() + pageBytes - 1) / pageBytes;
  }

  /// Opens a file for reading, and the log beside it if there is one.
  static DatabasePages open(Path path) throws IOException {
    Path logPath = Ownership.sibling(path, "-wal");
    FileChannel file = FileChannel.open(path);
    try {
      FileChannel log = FileChannel.open(Files.exists(logPath) ? logPath : path);
      try {
        return new DatabasePages(file, log);
      } catch (IOException | RuntimeException e) {
        log.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// Finds the newest committed image of each page.
  ///
  /// @return how many pages the file has after the last commit; 0 when there is none
  private long readLog() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(LOG_HEADER_BYTES);
    readFully(log, header, 0);
    boolean isLog = (header.getInt(0) & ~1) == 0x377f0682 && header.getInt(8) == pageBytes;
    if (!isLog) {
      return 0;
    }
    LogChecksum sums = new LogChecksum((header.getInt(0) & 1) == 1);
    sums.add(header.array(), 0, 24);
    long salts = header.getLong(16);
    int frameBytes = FRAME_HEADER_BYTES + pageBytes;
    Map<Long, Long> uncommitted = new HashMap<>();
    TreeSet<Long> suspects = new TreeSet<>();
    long count = 0;
    for (long at = LOG_HEADER_BYTES; at + frameBytes <= log.size(); at += frameBytes) {
      ByteBuffer frame = ByteBuffer.allocate(frameBytes);
      readFully(log, frame, at);
      sums.add(frame.array(), 0, 8);
      sums.add(frame.array(), FRAME_HEADER_BYTES, pageBytes);
      long number = Integer.toUnsignedLong(frame.getInt(0));
      if (frame.getLong(8) != salts || !sums.isAt(frame.getInt(16), frame.getInt(20))) {
        // Damaged, or of an earlier round, all of which is in the file by now. What comes after
        // can only be checked from what it says of this one.
        suspects.add(number);
        sums.continueFrom(frame.getInt(16), frame.getInt(20));
        continue;
      }
      damagedFrames.addAll(suspects);
      suspects.clear();
      uncommitted.put(number, at + FRAME_HEADER_BYTES);
      if (frame.getInt(4) != 0) {
        inLog.putAll(uncommitted);
        count = Integer.toUnsignedLong(frame.getInt(4));
        uncommitted.clear();
      }
    }
    return count;
  }

  /// What is not there is left as it was made, zeros.
  private static void readFully(FileChannel from, ByteBuffer into, long at) throws IOException {
    int read = 0;
    while (into.hasRemaining() && read >= 0) {
      read = from.read(into, at + into.position());
    }
    into.clear();
  }

  long count() {
    return pages;
  }

  int pageBytes() {
    return pageBytes;
  }

  /// Pages whose newer image in the log is damaged, so that an older one is read.
  Set<Long> damagedFrames() {
    return damagedFrames;
  }

  /// A page; zeros where the file is cut off, or the disk cannot read it.
  byte[] page(long number) {
    ByteBuffer page = ByteBuffer.allocate(pageBytes);
    Long at = inLog.get(number);
    try {
      if (at != null) {
        readFully(log, page, at);
      } else {
        readFully(file, page, (number - 1) * pageBytes);
      }
      return page.array();
    } catch (IOException _) {
      return new byte[pageBytes];
    }
  }

  /// What the file itself says of its pages, in pages of their own: that is in every file of ours.
  enum PageType {
    /// The first page of a table or an index.
    ROOT(1),
    FREE(2),
    OVERFLOW_FIRST(3),
    OVERFLOW(4),
    TREE(5),
    UNKNOWN(0);

    private final int code;

    PageType(int code) {
      this.code = code;
    }
  }

  /// What a page is for, unless what says so is damaged.
  PageType type(long number) {
    // https://sqlite.org/fileformat2.html#pointer_map_or_ptrmap_pages
    if (number < 3 || isPointerMap(number)) {
      return number == 1 ? PageType.ROOT : PageType.UNKNOWN;
    }
    long map = number - (number - 2) % pagesOfGroup();
    if (map != mapRead) {
      mapRead = map;
      types = types(map);
    }
    PageType type = types.isEmpty() ? PageType.UNKNOWN : types.get((int) (number - map) - 1);
    // That of an overflow page is the first byte of a number of a page.
    boolean isTreeAfterAll =
        (type == PageType.OVERFLOW_FIRST || type == PageType.OVERFLOW)
            && pages < OVERFLOW_FIRST_BYTE_ZERO_BELOW
            && page(number)[0] != 0;
    return isTreeAfterAll ? PageType.UNKNOWN : type;
  }

  /// What a map says of the pages behind it; nothing when it says what cannot be, for then all of
  /// it may be wrong, and to take a page for a free one would lose its entries.
  private List<PageType> types(long map) {
    ByteBuffer entries = ByteBuffer.wrap(page(map));
    List<PageType> found = new ArrayList<>();
    for (long number = map + 1; number <= pages && !isPointerMap(number); number++) {
      int code = entries.get();
      long parent = Integer.toUnsignedLong(entries.getInt());
      boolean hasParent =
          code == PageType.OVERFLOW_FIRST.code || code == PageType.OVERFLOW.code || code == PageType.TREE.code;
      if (code < PageType.ROOT.code
          || code > PageType.TREE.code
          || parent > pages
          || hasParent != parent > 0) {
        return List.of();
      }
      for (PageType type : PageType.values()) {
        if (type.code == code) {
          found.add(type);
        }
      }
    }
    return found;
  }

  /// A map and the pages it is about.
  private int pagesOfGroup() {
    return pageBytes / POINTER_BYTES + 1;
  }

  /// Whether it is a page that says what others are for, and says what cannot be.
  boolean isDamagedPointerMap(long number) {
    return isPointerMap(number) && number < pages && types(number).isEmpty();
  }

  /// Whether a page only says what others are for.
  boolean isPointerMap(long number) {
    return number >= 2 && (number - 2) % pagesOfGroup() == 0;
  }

  @Override
  public void close() throws IOException {
    try (log) {
      file.close();
    }
  }

  /// The running sum over a log, of eight bytes at a time.
  private static final class LogChecksum {
    private final boolean isBigEndian;
    private int first;
    private int second;

    LogChecksum(boolean isBigEndian) {
      this.isBigEndian = isBigEndian;
    }

    void add(byte[] bytes, int from, int length) {
      ByteBuffer words = ByteBuffer.wrap(bytes, from, length);
      words.order(isBigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      while (words.hasRemaining()) {
        first += words.getInt() + second;
        second += words.getInt() + first;
      }
    }

    boolean isAt(int one, int other) {
      return first == one && second == other;
    }

    void continueFrom(int one, int other) {
      first = one;
      second = other;
    }
  }
}
