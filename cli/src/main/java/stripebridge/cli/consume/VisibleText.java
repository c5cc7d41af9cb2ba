package stripebridge.cli.consume;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import stripebridge.core.problem.Quoted;

/// Escapes foreign text for a terminal: no character moves the cursor, and the terminal's charset
/// has every character. Not thread-safe.
final class VisibleText {
  private static final int BYTES_A_LINE = 16;
  // More than a screen. Longer payloads are for -o raw.
  private static final int DUMPED_MAX = 2_048;

  private final @Nullable CharsetEncoder encoder;

  /// @param charset of the terminal
  VisibleText(Charset charset) {
    encoder = charset.equals(StandardCharsets.UTF_8) ? null : charset.newEncoder();
  }

  /// Escapes text for one line.
  String line(String text) {
    String escaped = Quoted.escaped(text, Integer.MAX_VALUE);
    if (encoder == null || encoder.canEncode(escaped)) {
      return escaped;
    }
    return escaped
        .chars()
        .mapToObj(one ->
            encoder.canEncode((char) one) ? Character.toString(one) : String.format("\\u%04x", one))
        .collect(Collectors.joining());
  }

  /// Escapes text of many lines. Tabs stay.
  List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    for (String each : text.split("\n", -1)) {
      lines.add(
          Arrays.stream(each.split("\t", -1)).map(this::line).collect(Collectors.joining("\t")));
    }
    return lines;
  }

  /// Shows bytes of unknown content: as text with `\xff` for invalid UTF-8, or as a hex dump when
  /// too many are not text.
  List<String> lines(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    StringBuilder text = new StringBuilder();
    long unreadable = 0;
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      unreadable += out.flip().chars().filter(VisibleText::isControl).count();
      text.append(out);
      out.clear();
      int invalid = result.isError() ? result.length() : 0;
      unreadable += invalid;
      // A few letters of another encoding still leave it readable.
      if (unreadable * 10 > bytes.length) {
        return dump(bytes);
      }
      if (invalid == 0) {
        return lines(text.toString());
      }
      for (int i = 0; i < invalid; i++) {
        text.append(String.format("\\x%02x", in.get()));
      }
    }
  }

  private static boolean isControl(int one) {
    return Character.isISOControl(one) && one != '\n' && one != '\r' && one != '\t';
  }

  private static List<String> dump(byte[] bytes) {
    List<String> lines = new ArrayList<>();
    int shown = Math.min(bytes.length, DUMPED_MAX);
    for (int at = 0; at < shown; at += BYTES_A_LINE) {
      StringBuilder hex = new StringBuilder();
      StringBuilder text = new StringBuilder();
      for (int i = at; i < at + BYTES_A_LINE; i++) {
        hex.append(i % BYTES_A_LINE == BYTES_A_LINE / 2 ? " " : "");
        hex.append(i < shown ? String.format(" %02x", bytes[i]) : "   ");
        text.append(i >= shown ? "" : bytes[i] >= ' ' && bytes[i] < 127 ? (char) bytes[i] : '.');
      }
      lines.add(String.format("%08x %s  |%s|", at, hex, text));
    }
    if (shown < bytes.length) {
      lines.add("(%,d more bytes; -o raw prints them all)".formatted(bytes.length - shown));
    }
    return lines;
  }
}
