package stripebridge.core.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Damages documents: bits, bytes and ranges of them, and whole tokens of JSON.
public final class Mutations {
  private static final String[] TOKENS = {
    "null",
    "true",
    "{}",
    "[]",
    "\"\"",
    "0",
    "-",
    "1e400",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u",
    "\\ud83d",
    "\\u0000",
    "\uFEFF",
    "é",
    "📚",
    " ",
    "\n",
    "\u0000",
    "//",
    "NaN",
    "01",
    ".5",
    "\"id\":\"evt_9\",",
    "\"type\":1,",
    "\"object\":\"v2.core.event\",",
    "\"data\":{\"object\":{}},",
    "\"customer\":{\"id\":\"c\"},",
    "{\"id\":",
    "[[["
  };

  private final RandomGenerator random;

  /// Mutations that this generator decides.
  public Mutations(RandomGenerator random) {
    this.random = random;
  }

  /// One of these documents.
  public byte[] anyOf(List<byte[]> documents) {
    return documents.get(random.nextInt(documents.size()));
  }

  /// The document with one to three mutations.
  public byte[] mutate(byte[] document) {
    byte[] mutated = document;
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      mutated = mutateOnce(mutated);
    }
    return mutated;
  }

  private byte[] mutateOnce(byte[] document) {
    int from = random.nextInt(document.length + 1);
    int to = Math.min(document.length, from + random.nextInt(1 << random.nextInt(8)));
    return switch (random.nextInt(10)) {
      case 0 -> replaced(document, from, to, new byte[0]);
      case 1 -> Arrays.copyOf(document, from);
      case 2 -> replaced(document, from, from, Arrays.copyOfRange(document, from, to));
      case 3 -> replaced(document, from, Math.min(document.length, from + 1), noise());
      case 4 -> nested(document);
      case 5, 6 -> replacedToken(document, token());
      case 7 -> replacedToken(document, anotherToken(document));
      default -> replaced(document, from, from, token());
    };
  }

  private static byte[] replaced(byte[] document, int from, int to, byte[] by) {
    byte[] result = Arrays.copyOf(document, document.length - (to - from) + by.length);
    System.arraycopy(by, 0, result, from, by.length);
    System.arraycopy(document, to, result, from + by.length, document.length - to);
    return result;
  }

  private byte[] noise() {
    byte[] noise = new byte[1 + random.nextInt(2)];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] token() {
    return TOKENS[random.nextInt(TOKENS.length)].getBytes(UTF_8);
  }

  /// The bytes between two of the document's separators, which are mostly a name or a value.
  private int[] aToken(byte[] document) {
    int from = random.nextInt(document.length + 1);
    while (from < document.length && !isSeparator(document[from])) {
      from++;
    }
    while (from < document.length && isSeparator(document[from])) {
      from++;
    }
    int to = from;
    while (to < document.length && !isSeparator(document[to])) {
      to++;
    }
    return new int[] {from, to};
  }

  private static boolean isSeparator(byte b) {
    return b == ' ' || b == '\n' || b == ',' || b == ':' || b == '{' || b == '}' || b == '[';
  }

  private byte[] replacedToken(byte[] document, byte[] by) {
    int[] token = aToken(document);
    return replaced(document, token[0], token[1], by);
  }

  private byte[] anotherToken(byte[] document) {
    int[] token = aToken(document);
    return Arrays.copyOfRange(document, token[0], token[1]);
  }

  /// Arrays around a value, now and then too many of them.
  private byte[] nested(byte[] document) {
    int[] token = aToken(document);
    int levels = 180 + random.nextInt(30);
    byte[] value = Arrays.copyOfRange(document, token[0], token[1]);
    String nested = "[".repeat(levels) + new String(value, UTF_8) + "]".repeat(levels);
    return replaced(document, token[0], token[1], nested.getBytes(UTF_8));
  }
}
