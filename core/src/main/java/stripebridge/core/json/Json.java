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

/// The JSON parsers of the bridge, with their limits. A lone surrogate in a name is read as a
/// private-use character.
public final class Json {
  /// The deepest nesting of an event that can be published; a thin event's envelope is one level
  /// deeper. Stripe's own objects stay below 20, and consumers with recursive parsers break long
  /// before a thousand.
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

  /// The same, but leaves lone surrogates in names as they are.
  public static JsonParser lenientParser(String document) throws IOException {
    return LENIENT.createParser(document);
  }

  /// Reads one value within a document.
  static JsonParser lenientParser(byte[] document, int from, int to) throws IOException {
    return LENIENT.createParser(LoneSurrogates.replaced(document, from, to), from, to - from);
  }

  /// Refuses repeated names and nesting beyond [#NESTING_MAX].
  public static JsonParser strictParser(byte[] document) throws IOException {
    return STRICT.createParser(LoneSurrogates.replaced(document, 0, document.length));
  }

  /// The document without a byte order mark, which RFC 8259 lets a reader ignore.
  public static byte[] withoutByteOrderMark(byte[] document) {
    return document.length >= 3
            && document[0] == (byte) 0xEF
            && document[1] == (byte) 0xBB
            && document[2] == (byte) 0xBF
        ? Arrays.copyOfRange(document, 3, document.length)
        : document;
  }

  /// Says where a document stopped being JSON. Quotes no part of it, because it may hold personal
  /// data.
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
        // Names with colliding hashes are only slow to read. The symbol table outlives its parser:
        // an overflow would make later, ordinary bodies fail.
        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(nestingMax)
                // The size of the body is the only limit; a long number or name has none of its
                // own.
                .maxNumberLength(Integer.MAX_VALUE)
                .maxNameLength(Integer.MAX_VALUE)
                .maxStringLength(Integer.MAX_VALUE)
                .build());
  }
}
