package stripebridge.service.http;

/// Decodes a chunked body (RFC 9112, 7.1), however its bytes arrive. Extensions and trailer fields
/// are skipped, as the RFC asks, with a limit on each.
///
/// No I/O. Used by one thread.
final class Chunks {
  /// A chunk's size line, extensions included.
  static final int LINE_BYTES_MAX = 4_096;

  /// All extensions of a body, and all its trailer fields: the same limit as for headers.
  static final int EXTRA_BYTES_MAX = 16 << 10;

  // Larger than any body may be, without overflow.
  private static final int SIZE_DIGITS_MAX = 8;

  private enum At {
    SIZE,
    // After the size or an extension.
    SIZE_END,
    NAME_START,
    NAME,
    NAME_END,
    VALUE_START,
    VALUE,
    QUOTED,
    QUOTED_PAIR,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER_NAME,
    TRAILER,
    TRAILER_LF,
    LAST_LF,
    END,
    REFUSED
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

    /// Whether the body is only too large.
    boolean isTooLarge() {
      return isTooLarge;
    }
  }

  /// Where a piece of body data is in the given bytes.
  ///
  /// @param length 0 when they have none
  /// @param next where to continue
  record Piece(int from, int length, int next) {}

  /// Whether the body and its trailer fields are complete.
  boolean isOver() {
    return at == At.END;
  }

  /// Reads up to the end of the first piece of data, or all bytes.
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
      case SIZE_END, NAME_START, NAME, NAME_END, VALUE_START, VALUE, QUOTED, QUOTED_PAIR ->
          afterExtension(one);
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
      case TRAILER_NAME, TRAILER -> afterTrailer(one);
      case TRAILER_LF -> {
        require(one, '\n', "a trailer field does not end with CR LF");
        yield At.TRAILER_START;
      }
      case LAST_LF -> {
        require(one, '\n', "the body does not end with CR LF");
        yield At.END;
      }
      case DATA, END, REFUSED -> throw new IllegalStateException("no byte is looked at there");
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
      case ';' -> At.NAME_START;
      // Some clients pad the size with spaces, which cannot be mistaken for anything else.
      case ' ', '\t' -> At.SIZE_END;
      default -> throw new BrokenException("a chunk's size is not a number", false);
    };
  }

  private At afterExtension(int one) throws BrokenException {
    lineBytes++;
    extra();
    if (lineBytes > LINE_BYTES_MAX) {
      throw new BrokenException("a chunk's extensions are too long", false);
    }
    boolean isSpace = one == ' ' || one == '\t';
    At next =
        switch (at) {
          case SIZE_END -> isSpace ? at : endOfExtension(one);
          case NAME_START -> isSpace ? at : HeadReader.isToken(one) ? At.NAME : At.REFUSED;
          case NAME, NAME_END ->
              isSpace
                  ? At.NAME_END
                  : at == At.NAME && HeadReader.isToken(one)
                      ? at
                      : one == '=' ? At.VALUE_START : endOfExtension(one);
          case VALUE_START ->
              isSpace
                  ? at
                  : one == '"' ? At.QUOTED : HeadReader.isToken(one) ? At.VALUE : At.REFUSED;
          case VALUE -> isSpace ? At.SIZE_END : HeadReader.isToken(one) ? at : endOfExtension(one);
          case QUOTED ->
              one == '"'
                  ? At.SIZE_END
                  : isControl(one) ? At.REFUSED : one == '\\' ? At.QUOTED_PAIR : at;
          case QUOTED_PAIR -> isControl(one) ? At.REFUSED : At.QUOTED;
          default -> throw new IllegalStateException("no extension is read there");
        };
    if (next == At.REFUSED) {
      throw new BrokenException("a chunk's extension is malformed", false);
    }
    return next;
  }

  private static At endOfExtension(int one) {
    return one == ';' ? At.NAME_START : one == '\r' ? At.SIZE_LF : At.REFUSED;
  }

  private At afterTrailer(int one) throws BrokenException {
    extra();
    if (at == At.TRAILER) {
      if (isControl(one) && one != '\r') {
        throw new BrokenException("a trailer field has a control character", false);
      }
      return one == '\r' ? At.TRAILER_LF : at;
    }
    // A name has at least one character; a line that begins with a space continues the one before.
    if (one == ':' && at == At.TRAILER_NAME) {
      return At.TRAILER;
    }
    if (!HeadReader.isToken(one)) {
      throw new BrokenException("a trailer field has no legal name", false);
    }
    return At.TRAILER_NAME;
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
