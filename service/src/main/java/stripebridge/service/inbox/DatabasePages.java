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

/// Reads the pages of a SQLite file and its log without SQLite, which stops at the first damaged
/// page and writes to files that it opens. This never writes.
///
/// Pages are numbered from 1, as in the file. Committed frames of the log count, up to the last
/// intact one. Damaged frames in between are skipped, where SQLite itself would stop.
///
/// Format: https://sqlite.org/fileformat2.html
final class DatabasePages implements AutoCloseable {
  // The size in every inbox, for when the header is damaged.
  private static final int USUAL_PAGE_BYTES = 4_096;

  private static final int LOG_HEADER_BYTES = 32;
  private static final int FRAME_HEADER_BYTES = 24;
  private static final int POINTER_BYTES = 5;
  // Page numbers in a file of less than 64 GiB.
  private static final long OVERFLOW_FIRST_BYTE_ZERO_BELOW = 1 << 24;

  private final FileChannel file;
  private final FileChannel log;
  private final int pageBytes;
  private final long pages;

  /// The position in the log of each page's newest image.
  private final Map<Long, Long> inLog = new HashMap<>();

  // The pointer map that was read last.
  private long mapRead;
  private List<PageType> types = List.of();

  private final TreeSet<Long> damagedFrames = new TreeSet<>();

  private DatabasePages(FileChannel file, FileChannel log) throws IOException {
    this.file = file;
    this.log = log;
    ByteBuffer header = ByteBuffer.allocate(100);
    readFully(file, header, 0);
    int stored = Short.toUnsignedInt(header.getShort(16));
    boolean isLegal = stored == 1 || (stored >= 512 && Integer.bitCount(stored) == 1);
    this.pageBytes = !isLegal ? USUAL_PAGE_BYTES : stored == 1 ? 65_536 : stored;
    long pagesOfLog = readLog();
    this.pages = pagesOfLog > 0 ? pagesOfLog : (file.size() + pageBytes - 1) / pageBytes;
  }

  /// Opens a file for reading, with its log if it has one.
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
  /// @return how many pages the file has after the last commit; 0 without a commit
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
      if (frame.getLong(8) != salts || !sums.matches(frame.getInt(16), frame.getInt(20))) {
        // Damaged, or left from before the last checkpoint, and so already in the file. The frames
        // after it can only be checked by continuing from its stored sum.
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

  /// Bytes beyond the end stay zero.
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

  /// Pages read from an older image, since a newer one in the log is damaged.
  Set<Long> damagedFrames() {
    return damagedFrames;
  }

  /// A page; zeros if the file is cut off or the disk cannot read it.
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

  /// The type that SQLite's pointer map gives a page. Every inbox has such maps.
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

  /// The type of a page; unknown if the pointer map is damaged.
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
    // An overflow page begins with the number of the next page, whose first byte is 0 in a file
    // below 64 GiB. So this page is a tree page after all.
    boolean isTreeAfterAll =
        (type == PageType.OVERFLOW_FIRST || type == PageType.OVERFLOW)
            && pages < OVERFLOW_FIRST_BYTE_ZERO_BELOW
            && page(number)[0] != 0;
    return isTreeAfterAll ? PageType.UNKNOWN : type;
  }

  /// The types of the pages after a pointer map. Empty if one of them is invalid: then all may be
  /// wrong, and a page taken for a free one would lose its entries.
  private List<PageType> types(long map) {
    ByteBuffer entries = ByteBuffer.wrap(page(map));
    List<PageType> found = new ArrayList<>();
    for (long number = map + 1; number <= pages && !isPointerMap(number); number++) {
      int code = entries.get();
      long parent = Integer.toUnsignedLong(entries.getInt());
      boolean hasParent =
          code == PageType.OVERFLOW_FIRST.code
              || code == PageType.OVERFLOW.code
              || code == PageType.TREE.code;
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

  /// A pointer map and the pages that it covers.
  private int pagesOfGroup() {
    return pageBytes / POINTER_BYTES + 1;
  }

  /// Whether a page is a pointer map with invalid types.
  boolean isDamagedPointerMap(long number) {
    return isPointerMap(number) && number < pages && types(number).isEmpty();
  }

  /// Whether a page is a pointer map.
  boolean isPointerMap(long number) {
    return number >= 2 && (number - 2) % pagesOfGroup() == 0;
  }

  @Override
  public void close() throws IOException {
    try (log) {
      file.close();
    }
  }

  /// The running checksum of a log, over eight bytes at a time.
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

    boolean matches(int one, int other) {
      return first == one && second == other;
    }

    void continueFrom(int one, int other) {
      first = one;
      second = other;
    }
  }
}
