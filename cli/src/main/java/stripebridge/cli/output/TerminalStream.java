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

/// Where what is written in UTF-8 becomes what the reader can show. Whatever writes, text or bytes,
/// goes through here, so no command has to care.
///
/// A character that the charset lacks becomes the nearest one that it has, or `\u00fc`, which is
/// what JSON calls it too. It never becomes a question mark.
public final class TerminalStream extends PrintStream {
  private final Charset charset;

  private TerminalStream(PrintStream to, Charset charset) {
    super(new Translation(to, charset), false, StandardCharsets.UTF_8);
    this.charset = charset;
  }

  /// A stream for all that a command writes.
  ///
  /// @param to where it goes
  /// @param charset of who reads it
  public static PrintStream of(PrintStream to, Charset charset) {
    if (!charset.equals(StandardCharsets.UTF_8)) {
      return new TerminalStream(to, charset);
    }
    return to.charset().equals(charset) ? to : new PrintStream(to, false, charset);
  }

  /// Whether who reads the stream can see our symbols as they are: those which fit the place of one
  /// character only if they are one.
  public static boolean showsSymbols(PrintStream stream) {
    return stream.charset().newEncoder().canEncode('█');
  }

  /// What can be shown in the end; bytes are UTF-8 all the same.
  @Override
  public Charset charset() {
    return charset;
  }

  private static final class Translation extends OutputStream {
    private final PrintStream to;
    private final Charset charset;
    private final CharsetEncoder encoder;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

    // The beginning of a character whose end has not been written yet.
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
        // No UTF-8, so no text: as it is.
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
