package stripebridge.cli.output;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;

class TerminalStreamTest {
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

  private PrintStream terminal(Charset charset) {
    return TerminalStream.of(new PrintStream(seen, false, charset), charset);
  }

  @Test
  void replacesSymbolsInAscii() {
    terminal(US_ASCII).print("✓ a → b, ≥ 3 … ✗ c █ – —\u001b[0m");

    assertThat(seen.toString(US_ASCII)).isEqualTo("ok a -> b, >= 3 ... FAILED c # - --\u001b[0m");
  }

  @Test
  void escapesOtherCharactersAsJsonDoes() {
    terminal(US_ASCII).printf("{\"name\": \"%s\"}", "Jürgen 😀 ?");

    assertThat(seen.toString(US_ASCII)).isEqualTo("{\"name\": \"J\\u00fcrgen \\ud83d\\ude00 ?\"}");
  }

  @Test
  void keepsCharactersOfTheCharset() {
    terminal(ISO_8859_1).print("Jürgen → ✓");

    assertThat(seen.toString(ISO_8859_1)).isEqualTo("Jürgen -> ok");
  }

  @Test
  void translatesTextAndBytesInAnyPieces() throws IOException {
    PrintStream terminal = terminal(US_ASCII);
    for (byte one : "aü…😀".getBytes(UTF_8)) {
      terminal.write(one);
    }
    PrintWriter writer = new PrintWriter(terminal, true, UTF_8);
    writer.println("é");
    terminal.write("ü".getBytes(UTF_8));

    assertThat(seen.toString(US_ASCII))
        .isEqualTo("a\\u00fc...\\ud83d\\ude00\\u00e9" + System.lineSeparator() + "\\u00fc");
  }

  @Test
  void passesThroughBytesThatAreNotText() throws IOException {
    PrintStream terminal = terminal(US_ASCII);
    terminal.write(new byte[] {'a', (byte) 0xff, (byte) 0xc3, 'b', 0});

    assertThat(seen.toByteArray()).containsExactly('a', 0xff, 0xc3, 'b', 0);
  }

  @Test
  void writesUtf8WhateverTheLocaleIs() {
    PrintStream file = TerminalStream.of(new PrintStream(seen, false, US_ASCII), UTF_8);
    file.print("ü → ✓");

    assertThat(seen.toString(UTF_8)).isEqualTo("ü → ✓");
    assertThat(file.charset()).isEqualTo(UTF_8);
    assertThat(TerminalStream.showsSymbols(file)).isTrue();
    assertThat(TerminalStream.showsSymbols(terminal(US_ASCII))).isFalse();
  }

  @Test
  void noticesAClosedReader() {
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException("gone");
          }
        };
    PrintStream terminal = TerminalStream.of(new PrintStream(gone, false, US_ASCII), US_ASCII);
    terminal.print("a");

    assertThat(terminal.checkError()).isTrue();
  }
}
