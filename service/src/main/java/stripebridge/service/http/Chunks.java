package stripebridge.service.http;

/// Takes a chunked body apart (RFC 9112, 7.1), however its bytes come. Extensions and trailer
/// fields are read over, as the RFC wants; there is a bound on each.
///
/// No I/O; of one thread.
final class Chunks {
  /// The size of a chunk and its extensions.
  static final int LINE_BYTES_MAX = 4_096;

  /// All extensions of a body, and all its trailer fields: as much as its headers may have.
  static final int EXTRA_BYTES_MAX = 16 << 10;

  // More than any body may have, and no overflow.
  private static final int SIZE_DIGITS_MAX = 8;

  private enum At {
    SIZE,
    EXTENSION,
    QUOTED,
    QUOTED_PAIR,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER,
    TRAILER_LF,
    LAST_LF,
    END
  }

  private final long bodyBytesMax;

  private At at = At.SIZE;
  private int digits;
  private long left;
  private int lineBytes;
  private int extraBytes;
  private long total;

  /// @param bodyBytesMax of all data
  Chunks(long bodyBytesMax) {
    this.bodyBytesMax = bodyBytesMax;
  }

  /// What is wrong with a body.
  static final class BrokenException extends Exception {
    private final boolean isTooLarge;

    private BrokenException(String message, boolean isTooLarge) {
      super(message);
      this.isTooLarge = isTooLarge;
    }

    /// Whether it is no more than too large.
    boolean isTooLarge() {
      return isTooLarge;
    }
  }

  /// Where a piece of the body's data is among the bytes at hand.
  ///
  /// @param length 0 when there is none among them
  /// @param next where to go on
  record Piece(int from, int length, int next) {}

  /// Whether the body and its trailer fields are over.
  boolean isOver() {
    return at == At.END;
  }

  /// Takes bytes up to the end of the first piece of data, or all of them.
  Piece take(byte[] bytes, int from, int to) throws BrokenException {
    int i = from;
    while (i < to && at != At.END) {
      if (at == At.DATA) {
        int length = (int) Math.min(left, to - i);
        left -= length;
        if (left == 0) {
          at = At.DATA_CR;
        }
        return new Piece(i, length, i + length);
      }
      at = after(bytes[i] & 0xff);
      i++;
    }
    return new Piece(i, 0, i);
  }

  private At after(int one) throws BrokenException {
    return switch (at) {
      case SIZE -> afterSize(one);
      case EXTENSION, QUOTED, QUOTED_PAIR -> afterExtension(one);
      case SIZE_LF -> {
        require(one, '\n', "a chunk's size does not end with CR LF");
        lineBytes = 0;
        digits = 0;
        total += left;
        if (total > bodyBytesMax) {
          throw new BrokenException("the chunks are too large", true);
        }
        yield left == 0 ? At.TRAILER_START : At.DATA;
      }
      case DATA_CR -> {
        require(one, '\r', "a chunk does not end with CR LF");
        yield At.DATA_LF;
      }
      case DATA_LF -> {
        require(one, '\n', "a chunk does not end with CR LF");
        yield At.SIZE;
      }
      case TRAILER_START -> one == '\r' ? At.LAST_LF : afterTrailer(one);
      case TRAILER -> afterTrailer(one);
      case TRAILER_LF -> {
        require(one, '\n', "a trailer field does not end with CR LF");
        yield At.TRAILER_START;
      }
      case LAST_LF -> {
        require(one, '\n', "the body does not end with CR LF");
        yield At.END;
      }
      case DATA, END -> throw new IllegalStateException("no byte is looked at there");
    };
  }

  private At afterSize(int one) throws BrokenException {
    int digit = Character.digit(one, 16);
    if (one < 0x80 && digit >= 0) {
      if (++digits > SIZE_DIGITS_MAX) {
        throw new BrokenException("a chunk's size has more than 8 digits", true);
      }
      left = 16 * left + digit;
      return At.SIZE;
    }
    if (digits == 0) {
      throw new BrokenException("a chunk has no size", false);
    }
    return switch (one) {
      case '\r' -> At.SIZE_LF;
      case ';', ' ', '\t' -> At.EXTENSION;
      default -> throw new BrokenException("a chunk's size is no number", false);
    };
  }

  private At afterExtension(int one) throws BrokenException {
    lineBytes++;
    extra();
    if (lineBytes > LINE_BYTES_MAX) {
      throw new BrokenException("a chunk's extensions are too long", false);
    }
    if (isControl(one) && one != '\r') {
      throw new BrokenException("a chunk's extension has a control character", false);
    }
    return switch (at) {
      case QUOTED_PAIR -> {
        refuseCr(one);
        yield At.QUOTED;
      }
      case QUOTED -> {
        refuseCr(one);
        yield one == '"' ? At.EXTENSION : one == '\\' ? At.QUOTED_PAIR : At.QUOTED;
      }
      default -> one == '\r' ? At.SIZE_LF : one == '"' ? At.QUOTED : At.EXTENSION;
    };
  }

  private static void refuseCr(int one) throws BrokenException {
    if (one == '\r') {
      throw new BrokenException("a chunk's extension does not end its quotes", false);
    }
  }

  private At afterTrailer(int one) throws BrokenException {
    extra();
    if (isControl(one) && one != '\r') {
      throw new BrokenException("a trailer field has a control character", false);
    }
    return one == '\r' ? At.TRAILER_LF : At.TRAILER;
  }

  private void extra() throws BrokenException {
    if (++extraBytes > EXTRA_BYTES_MAX) {
      throw new BrokenException("chunk extensions and trailer fields are too long", false);
    }
  }

  private static boolean isControl(int one) {
    return (one < ' ' && one != '\t') || one == 0x7f;
  }

  private static void require(int one, char wanted, String otherwise) throws BrokenException {
    if (one != wanted) {
      throw new BrokenException(otherwise, false);
    }
  }
}
