package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the records on one leaf page of a SQLite file. It trusts no byte and skips invalid
/// records.
///
/// Format: https://sqlite.org/fileformat2.html#b_tree_pages
final class TreePage {
  private static final int INTERIOR_INDEX = 2;
  private static final int INTERIOR_TABLE = 5;
  private static final int LEAF_INDEX = 10;
  private static final int LEAF_TABLE = 13;

  private static final int FILE_HEADER_BYTES = 100;
  // Larger than any record of an inbox, whose events have at most 1 MiB.
  private static final long PAYLOAD_MAX = 16 << 20;

  private final DatabasePages pages;
  private final byte[] page;
  private final int start;
  private final int type;

  TreePage(DatabasePages pages, long number) {
    this.pages = pages;
    this.page = pages.page(number);
    this.start = number == 1 ? FILE_HEADER_BYTES : 0;
    this.type = page[start];
  }

  /// One record.
  ///
  /// @param rowId 0 in an index
  /// @param values null, Long, Double, String or byte[], in the order of the columns
  /// @param isWhole whether no byte is missing; otherwise the last values may be cut off
  record Row(long rowId, List<@Nullable Object> values, boolean isWhole) {
    Optional<String> text(int column) {
      return column < values.size() && values.get(column) instanceof String text
          ? Optional.of(text)
          : Optional.empty();
    }

    Optional<Long> number(int column) {
      return column < values.size() && values.get(column) instanceof Long number
          ? Optional.of(number)
          : Optional.empty();
    }
  }

  boolean isTableLeaf() {
    return type == LEAF_TABLE;
  }

  boolean isIndexLeaf() {
    return type == LEAF_INDEX;
  }

  /// Whether the type, the number of cells and their offsets are those of a table or an index.
  boolean isSound() {
    boolean isTree =
        type == LEAF_TABLE
            || type == LEAF_INDEX
            || type == INTERIOR_TABLE
            || type == INTERIOR_INDEX;
    if (!isTree) {
      return false;
    }
    int cells = unsigned(start + 3);
    int header = start + (type == LEAF_TABLE || type == LEAF_INDEX ? 8 : 12);
    if (header + 2 * cells > page.length) {
      return false;
    }
    for (int i = 0; i < cells; i++) {
      int at = unsigned(header + 2 * i);
      if (at < header + 2 * cells || at >= page.length) {
        return false;
      }
    }
    return true;
  }

  private int unsigned(int at) {
    return at + 1 < page.length ? (page[at] & 0xff) << 8 | (page[at + 1] & 0xff) : 0;
  }

  /// All readable records.
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    int cells = Math.min(unsigned(start + 3), (page.length - start - 8) / 2);
    for (int i = 0; i < cells; i++) {
      try {
        row(unsigned(start + 8 + 2 * i)).ifPresent(rows::add);
      } catch (IndexOutOfBoundsException | IllegalArgumentException _) {
        // An offset beyond the page does not lead to a record.
      }
    }
    return rows;
  }

  private Optional<Row> row(int at) {
    Cursor cursor = new Cursor(page, at);
    long payload = cursor.varint();
    long rowId = type == LEAF_TABLE ? cursor.varint() : 0;
    if (payload < 2 || payload > PAYLOAD_MAX) {
      return Optional.empty();
    }
    byte[] bytes = new byte[(int) payload];
    int read = payload(cursor, bytes);
    return record(rowId, bytes, read);
  }

  /// Reads a record from its page and its overflow pages.
  ///
  /// @return how many bytes were read
  private int payload(Cursor cursor, byte[] into) {
    // https://sqlite.org/fileformat2.html#cell_payload_overflow_pages
    int usable = page.length;
    int localMax = type == LEAF_TABLE ? usable - 35 : (usable - 12) * 64 / 255 - 23;
    if (into.length <= localMax) {
      cursor.copy(into, 0, into.length);
      return into.length;
    }
    int least = (usable - 12) * 32 / 255 - 23;
    int local = least + (into.length - least) % (usable - 4);
    local = local <= localMax ? local : least;
    cursor.copy(into, 0, local);
    long next = cursor.unsignedInt();
    int read = local;
    while (read < into.length) {
      if (next < 2 || next > pages.count() || isTreePage(next)) {
        return read;
      }
      Cursor overflow = new Cursor(pages.page(next), 0);
      next = overflow.unsignedInt();
      int part = Math.min(usable - 4, into.length - read);
      overflow.copy(into, read, part);
      read += part;
    }
    return next == 0 ? read : read - 1; // Too many pages: they are another record's.
  }

  private boolean isTreePage(long number) {
    DatabasePages.PageType type = pages.type(number);
    return type == DatabasePages.PageType.TREE
        || type == DatabasePages.PageType.ROOT
        || pages.isPointerMap(number);
  }

  private static Optional<Row> record(long rowId, byte[] bytes, int read) {
    Cursor header = new Cursor(bytes, 0);
    long headerBytes = header.varint();
    if (headerBytes < 2 || headerBytes > read) {
      return Optional.empty();
    }
    List<@Nullable Object> values = new ArrayList<>();
    int at = (int) headerBytes;
    boolean isWhole = read == bytes.length;
    while (header.at < headerBytes) {
      long kind = header.varint();
      long length = length(kind);
      if (length < 0 || at + length > bytes.length) {
        return Optional.empty();
      }
      int end = (int) Math.min(at + length, read);
      if (end < at + length && kind < 12) {
        values.add(null); // The number is on a missing page.
      } else {
        values.add(value(kind, bytes, Math.min(at, end), end));
      }
      at += (int) length;
    }
    return header.at == headerBytes && at == bytes.length
        ? Optional.of(new Row(rowId, values, isWhole))
        : Optional.empty();
  }

  private static long length(long kind) {
    if (kind >= 12) {
      return (kind - 12) / 2;
    }
    return switch ((int) kind) {
      case 0, 8, 9 -> 0;
      case 1, 2, 3, 4 -> kind;
      case 5 -> 6;
      case 6, 7 -> 8;
      default -> -1;
    };
  }

  private static @Nullable Object value(long kind, byte[] bytes, int from, int to) {
    if (kind >= 12) {
      byte[] part = Arrays.copyOfRange(bytes, from, to);
      return kind % 2 == 0 ? part : text(part);
    }
    return switch ((int) kind) {
      case 0 -> null;
      case 7 -> ByteBuffer.wrap(bytes).getDouble(from);
      case 8 -> 0L;
      case 9 -> 1L;
      default -> {
        long number = bytes[from];
        for (int i = from + 1; i < to; i++) {
          number = number << 8 | (bytes[i] & 0xff);
        }
        yield number;
      }
    };
  }

  /// Bytes that are not UTF-8 stay bytes, and so match no name or state.
  private static Object text(byte[] bytes) {
    try {
      CharBuffer decoded = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return decoded.toString();
    } catch (CharacterCodingException _) {
      return bytes;
    }
  }

  private static final class Cursor {
    private final byte[] bytes;
    private int at;

    Cursor(byte[] bytes, int at) {
      this.bytes = bytes;
      this.at = at;
    }

    long varint() {
      long value = 0;
      for (int i = 0; i < 8; i++) {
        byte each = bytes[at++];
        value = value << 7 | (each & 0x7f);
        if (each >= 0) {
          return value;
        }
      }
      return value << 8 | (bytes[at++] & 0xff);
    }

    long unsignedInt() {
      long value = 0;
      for (int i = 0; i < 4; i++) {
        value = value << 8 | (bytes[at++] & 0xff);
      }
      return value;
    }

    void copy(byte[] into, int to, int length) {
      System.arraycopy(bytes, at, into, to, length);
      at += length;
    }
  }
}
