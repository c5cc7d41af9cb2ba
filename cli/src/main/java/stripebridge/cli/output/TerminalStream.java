package stripebridge.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Translates UTF-8 output to the terminal's charset. All output goes through it, text and bytes,
/// so commands need not care.
///
/// A character that the charset lacks becomes the nearest one that it has, or an escape such as
/// `\u00fc`, as in JSON. It never becomes a question mark.
public final class TerminalStream extends PrintStream {
  private final Charset charset;

  private TerminalStream(PrintStream to, Charset charset) {
    super(new Translation(to, charset), false, StandardCharsets.UTF_8);
    this.charset = charset;
  }

  /// Wraps a command's output stream, if it needs translation.
  ///
  /// @param charset the terminal's
  public static PrintStream of(PrintStream to, Charset charset) {
    if (!charset.equals(StandardCharsets.UTF_8)) {
      return new TerminalStream(to, charset);
    }
    return to.charset().equals(charset) ? to : new PrintStream(to, false, charset);
  }

  /// Whether the stream's charset has our symbols. Layouts that need a symbol to take one column
  /// must ask this first.
  public static boolean showsSymbols(PrintStream stream) {
    return stream.charset().newEncoder().canEncode('█');
  }

  /// The terminal's charset. Bytes are still written as UTF-8.
  @Override
  public Charset charset() {
    return charset;
  }

  private static final class Translation extends OutputStream {
    private final PrintStream to;
    private final Charset charset;
    private final CharsetEncoder encoder;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

    // The first bytes of a character whose rest has not been written yet.
    private byte[] begun = new byte[0];

    Translation(PrintStream to, Charset charset) {
      this.to = to;
      this.charset = charset;
      encoder = charset.newEncoder();
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer in = ByteBuffer.allocate(begun.length + length);
      in.put(begun).put(bytes, offset, length).flip();
      CharBuffer out = CharBuffer.allocate(in.remaining());
      while (true) {
        CoderResult result = decoder.decode(in, out, false);
        to.writeBytes(translated(out.flip()).getBytes(charset));
        out.clear();
        if (!result.isMalformed()) {
          break;
        }
        // Not UTF-8, so not text: passed through.
        to.write(in.array(), in.position(), result.length());
        in.position(in.position() + result.length());
      }
      begun = Arrays.copyOfRange(in.array(), in.position(), in.limit());
      if (to.checkError()) {
        throw new IOException("the terminal is gone");
      }
    }

    private String translated(CharBuffer text) {
      if (encoder.canEncode(text.duplicate())) {
        return text.toString();
      }
      StringBuilder translated = new StringBuilder();
      text.chars()
          .forEach(one -> {
            char c = (char) one;
            translated.append(encoder.canEncode(c) ? Character.toString(c) : substitute(c));
          });
      return translated.toString();
    }

    private static String substitute(char one) {
      return switch (one) {
        case '…' -> "...";
        case '→' -> "->";
        case '≥' -> ">=";
        case '✓' -> "ok";
        case '✗' -> "FAILED";
        case '–' -> "-";
        case '—' -> "--";
        case '█' -> "#";
        default -> String.format("\\u%04x", (int) one);
      };
    }

    @Override
    public void flush() {
      to.flush();
    }
  }
}
