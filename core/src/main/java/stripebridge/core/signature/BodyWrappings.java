package stripebridge.core.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import stripebridge.core.json.Json;
import stripebridge.core.json.JsonValue;

/// Unwraps a body that a gateway, a queue or a framework has wrapped or transcoded.
final class BodyWrappings {
  // Four times the largest webhook: a rewritten body may be longer than the original.
  private static final int UNPACKED_BYTES_MAX = 4 << 20;

  // A gateway's event with the body as a Base64 text needs two. One in reserve.
  private static final int DEPTH_MAX = 3;
  private static final int BODIES_MAX = 64;

  // What PHP, .NET and Windows programs mean by latin-1.
  private static final Charset WINDOWS = Charset.forName("windows-1252");

  /// A body, and what then happened to it; empty for the received body.
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares or changes it.
  record Body(byte[] bytes, String what) {}

  private final List<Body> bodies = new ArrayList<>();

  private BodyWrappings() {}

  /// The body itself, and everything that it may wrap.
  static List<Body> of(byte[] body) {
    BodyWrappings wrappings = new BodyWrappings();
    wrappings.bodies.add(new Body(body, ""));
    int from = 0;
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
      int to = wrappings.bodies.size();
      for (Body outer : List.copyOf(wrappings.bodies.subList(from, to))) {
        wrappings.unwrap(outer);
      }
      from = to;
    }
    return wrappings.bodies;
  }

  private void unwrap(Body outer) {
    byteOrderMark(outer);
    gzip(outer);
    charset(outer);
    String text = new String(outer.bytes(), UTF_8).strip();
    base64(outer, text);
    form(outer, text);
    if (text.startsWith("\"")) {
      add(outer, jsonText(outer.bytes()), "it was written as a JSON string");
    } else if (text.startsWith("{")) {
      members(outer);
    }
  }

  private void add(Body outer, byte @Nullable [] inner, String what) {
    if (inner != null && inner.length > 0 && bodies.size() < BODIES_MAX) {
      // The last change is undone first.
      bodies.add(new Body(inner, outer.what().isEmpty() ? what : what + ", then " + outer.what()));
    }
  }

  private void byteOrderMark(Body outer) {
    byte[] bytes = outer.bytes();
    if (bytes.length > 3
        && (bytes[0] & 0xff) == 0xef
        && (bytes[1] & 0xff) == 0xbb
        && (bytes[2] & 0xff) == 0xbf) {
      add(outer, Arrays.copyOfRange(bytes, 3, bytes.length), "a byte order mark was put before it");
    }
  }

  private void gzip(Body outer) {
    byte[] bytes = outer.bytes();
    if (bytes.length < 3 || bytes[0] != 0x1f || (bytes[1] & 0xff) != 0x8b) {
      return;
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      add(outer, in.readNBytes(UNPACKED_BYTES_MAX), "it was compressed with gzip");
    } catch (IOException _) {
      // Not gzip after all.
    }
  }

  /// Undoes two mistakes: UTF-8 read as another character set and encoded again, and UTF-8
  /// transcoded into another character set.
  private void charset(Body outer) {
    if (isAscii(outer.bytes())) {
      return;
    }
    String text = utf8(outer.bytes());
    for (Charset charset : List.of(ISO_8859_1, WINDOWS)) {
      if (text == null) {
        add(
            outer,
            new String(outer.bytes(), charset).getBytes(UTF_8),
            "its UTF-8 was transcoded into " + charset.name());
      } else {
        byte[] twice = encoded(text, charset);
        if (twice != null && utf8(twice) != null) {
          add(
              outer,
              twice,
              "its UTF-8 was read as " + charset.name() + " and encoded as UTF-8 again");
        }
      }
    }
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte each : bytes) {
      if (each < 0) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable String utf8(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }

  private static byte @Nullable [] encoded(String text, Charset charset) {
    try {
      ByteBuffer bytes = charset.newEncoder().encode(CharBuffer.wrap(text));
      byte[] encoded = new byte[bytes.remaining()];
      bytes.get(encoded);
      return encoded;
    } catch (CharacterCodingException _) {
      return null;
    }
  }

  private void base64(Body outer, String text) {
    String bare = text.replaceAll("\\s", "");
    if (!bare.matches("[A-Za-z0-9+/_-]{8,}={0,2}")) {
      return;
    }
    boolean isForUrls = bare.indexOf('-') >= 0 || bare.indexOf('_') >= 0;
    try {
      Base64.Decoder decoder = isForUrls ? Base64.getUrlDecoder() : Base64.getDecoder();
      add(outer, decoder.decode(bare.getBytes(US_ASCII)), "it was encoded as Base64");
    } catch (IllegalArgumentException _) {
      // Not Base64 after all.
    }
  }

  /// Undoes form encoding, where the body is a field's value, or the only name: some frameworks
  /// produce that for a body that they do not expect.
  private void form(Body outer, String text) {
    if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      if (text.startsWith("{") && text.endsWith("}=")) {
        add(
            outer,
            text.substring(0, text.length() - 1).getBytes(UTF_8),
            "it was turned into a" + " form");
      }
      return;
    }
    String what = "it was encoded as a form";
    for (String field : text.split("&", -1)) {
      int value = field.indexOf('=');
      add(outer, decoded(field.substring(value + 1)), what);
      if (value > 0) {
        add(outer, decoded(field.substring(0, value)), what);
      }
    }
  }

  private static byte @Nullable [] decoded(String text) {
    if (text.indexOf('%') < 0) {
      return null;
    }
    try {
      return URLDecoder.decode(text, UTF_8).getBytes(UTF_8);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static byte @Nullable [] jsonText(byte[] document) {
    try (JsonParser parser = Json.lenientParser(Json.withoutByteOrderMark(document))) {
      return parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText().getBytes(UTF_8) : null;
    } catch (IOException _) {
      return null;
    }
  }

  /// Adds the members of an object that may be the body: objects and texts.
  private void members(Body outer) {
    byte[] document = Json.withoutByteOrderMark(outer.bytes());
    try (JsonParser parser = Json.lenientParser(document)) {
      parser.nextToken();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken token = parser.nextToken();
        String what = "it was wrapped in an object, as its member '" + shown(name) + "'";
        if (token == JsonToken.VALUE_STRING) {
          String text = parser.getText();
          if (text.length() > 20) {
            add(outer, text.getBytes(UTF_8), what + ", as a text");
          }
        } else if (token == JsonToken.START_OBJECT) {
          add(outer, JsonValue.at(parser, document).bytes(), what);
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException _) {
      // Truncated, or not JSON: the members found so far are tried.
    }
  }

  private static String shown(String name) {
    return name.matches("[A-Za-z0-9_.-]{1,40}") ? name : "…";
  }
}
