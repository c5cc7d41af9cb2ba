package stripebridge.core.json;

/// Replaces lone surrogates in the names of a JSON document, where they are written as escapes.
/// JSON's grammar allows them (RFC 8259, 8.2), and software that truncates text by UTF-16 units
/// produces them. Jackson accepts them in values but not in names.
final class LoneSurrogates {
  private static final int ESCAPE = 6;
  private static final int FIRST = 0xd800;
  private static final int LAST = 0xdfff;
  private static final int FIRST_LOW = 0xdc00;

  // One private-use character for each surrogate, so that different names stay different.
  private static final int FIRST_STAND_IN = 0xe000;

  private LoneSurrogates() {}

  /// The same document with each lone surrogate in a name replaced by a private-use character; all
  /// other bytes stay in place. Returns the document itself when there is nothing to replace.
  ///
  /// @param begin the first byte to look at, outside a string
  /// @param end the end of the range
  static byte[] replaced(byte[] document, int begin, int end) {
    byte[] replaced = document;
    boolean isCopy = false;
    int at = begin;
    while (at < end) {
      if (document[at] != '"') {
        at++;
        continue;
      }
      int from = at + 1;
      boolean hasHalves = false;
      at = from;
      while (at < end && document[at] != '"') {
        if (document[at] != '\\') {
          at++;
        } else {
          hasHalves |= isHalf(document, at);
          at += step(document, at);
        }
      }
      if (hasHalves && isName(document, at + 1)) {
        replaced = isCopy ? replaced : document.clone();
        isCopy = true;
        replace(replaced, from, at);
      }
      at++;
    }
    return replaced;
  }

  /// The length of the escape at this place; of both escapes when it begins a pair.
  private static int step(byte[] document, int at) {
    int unit = unit(document, at);
    if (unit < 0) {
      return 2;
    }
    return isPair(document, at, unit) ? 2 * ESCAPE : ESCAPE;
  }

  private static boolean isHalf(byte[] document, int at) {
    int unit = unit(document, at);
    return unit >= FIRST && unit <= LAST && !isPair(document, at, unit);
  }

  private static boolean isPair(byte[] document, int at, int unit) {
    int next = unit(document, at + ESCAPE);
    return unit >= FIRST && unit < FIRST_LOW && next >= FIRST_LOW && next <= LAST;
  }

  private static boolean isName(byte[] document, int behind) {
    int at = behind;
    while (at < document.length
        && (document[at] == ' '
            || document[at] == '\t'
            || document[at] == '\n'
            || document[at] == '\r')) {
      at++;
    }
    return at < document.length && document[at] == ':';
  }

  private static void replace(byte[] document, int from, int to) {
    int at = from;
    while (at < to) {
      if (document[at] != '\\') {
        at++;
      } else if (isHalf(document, at)) {
        String standIn = "\\u%04x".formatted(unit(document, at) - FIRST + FIRST_STAND_IN);
        for (int i = 0; i < ESCAPE; i++) {
          document[at + i] = (byte) standIn.charAt(i);
        }
        at += ESCAPE;
      } else {
        at += step(document, at);
      }
    }
  }

  /// The UTF-16 unit of the `\\u` escape at this place, or -1.
  private static int unit(byte[] document, int at) {
    if (at + ESCAPE > document.length || document[at] != '\\' || document[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = 2; i < ESCAPE; i++) {
      int digit = Character.digit(document[at + i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit * 16 + digit;
    }
    return unit;
  }
}
