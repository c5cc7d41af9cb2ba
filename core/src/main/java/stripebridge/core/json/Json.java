package stripebridge.core.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.Arrays;

/// The JSON parsers of the bridge, each with its limits said. A name with half of a surrogate pair
/// has a character for private use in its place.
public final class Json {
  /// Objects and arrays inside each other that an event may have to be published; the envelope of a
  /// thin event is one level deeper. Stripe's own objects stay below 20; consumers with recursive
  /// parsers break long before a thousand.
  public static final int NESTING_MAX = 200;

  private static final JsonFactory LENIENT =
      factory(Integer.MAX_VALUE).disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final JsonFactory STRICT =
      factory(NESTING_MAX).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Json() {}

  /// Reads any well-formed document, however deep, long or repetitive.
  public static JsonParser lenientParser(byte[] document) throws IOException {
    return LENIENT.createParser(LoneSurrogates.replaced(document, 0, document.length));
  }

  /// The same, with halves of surrogate pairs also in names as they are.
  public static JsonParser lenientParser(String document) throws IOException {
    return LENIENT.createParser(document);
  }

  /// Reads one value in the middle of a document.
  static JsonParser lenientParser(byte[] document, int from, int to) throws IOException {
    return LENIENT.createParser(LoneSurrogates.replaced(document, from, to), from, to - from);
  }

  /// Refuses repeated names and nesting beyond [#NESTING_MAX].
  public static JsonParser strictParser(byte[] document) throws IOException {
    return STRICT.createParser(LoneSurrogates.replaced(document, 0, document.length));
  }

  /// The document itself; RFC 8259 lets a reader ignore a byte order mark before it.
  public static byte[] withoutByteOrderMark(byte[] document) {
    return document.length >= 3
            && document[0] == (byte) 0xEF
            && document[1] == (byte) 0xBB
            && document[2] == (byte) 0xBF
        ? Arrays.copyOfRange(document, 3, document.length)
        : document;
  }

  /// Where a document stopped being JSON; quotes nothing of it, since it may hold personal data.
  public static String malformedAt(IOException failure) {
    JsonLocation where = failure instanceof JacksonException json ? json.getLocation() : null;
    return where == null || where.getByteOffset() < 0
        ? "not well-formed JSON"
        : "not well-formed JSON at byte " + where.getByteOffset();
  }

  private static JsonFactoryBuilder factory(int nestingMax) {
    return new JsonFactoryBuilder()
        // Guessing UTF-16 would make byte offsets meaningless; Stripe sends UTF-8.
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        // Names whose hashes collide are only slow to read. The table of names outlives its parser:
        // were it to overflow, ordinary bodies would fail after an odd one.
        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(nestingMax)
                // The size of the body is the limit; a long number or name is none of its own.
                .maxNumberLength(Integer.MAX_VALUE)
                .maxNameLength(Integer.MAX_VALUE)
                .maxStringLength(Integer.MAX_VALUE)
                .build());
  }
}
