package stripebridge.cli.messages;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Arrays;

/// Writes UTF-8 bytes as a JSON string. A payload that is itself JSON needs an escape every few
/// bytes; the library, which looks each character up in a String, takes more than twice as long.
final class JsonText {
  private static final int CONTROL_MAX = 0x1f;
  private static final int ESCAPE_BYTES_MAX = 6;
  private static final byte[][] ESCAPES = escapes();

  private JsonText() {}

  /// What stands for a byte; null where it stands for itself, as all bytes above 0x7F do.
  private static byte[][] escapes() {
    byte[][] escapes = new byte[256][];
    for (int control = 0; control <= CONTROL_MAX; control++) {
      escapes[control] = "\\u%04X".formatted(control).getBytes(US_ASCII);
    }
    String named = "\bb\tt\nn\ff\rr\"\"\\\\";
    for (int i = 0; i < named.length(); i += 2) {
      escapes[named.charAt(i)] = ("\\" + named.charAt(i + 1)).getBytes(US_ASCII);
    }
    return escapes;
  }

  /// Writes a string value.
  ///
  /// @param utf8 valid UTF-8
  static void write(byte[] utf8, JsonGenerator to) throws IOException {
    byte[] escaped = new byte[utf8.length + utf8.length / 2 + ESCAPE_BYTES_MAX];
    int length = 0;
    for (byte each : utf8) {
      if (length > escaped.length - ESCAPE_BYTES_MAX) {
        escaped = Arrays.copyOf(escaped, escaped.length * 2);
      }
      byte[] escape = ESCAPES[each & 0xff];
      if (escape == null) {
        escaped[length] = each;
        length++;
      } else {
        System.arraycopy(escape, 0, escaped, length, escape.length);
        length += escape.length;
      }
    }
    to.writeRawUTF8String(escaped, 0, length);
  }
}
