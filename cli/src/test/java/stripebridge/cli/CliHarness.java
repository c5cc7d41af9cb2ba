package stripebridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// Runs the true command tree in a folder of its own, with an environment and a clock of its own.
final class CliHarness {
  static final Instant NOW = Instant.ofEpochSecond(1_785_312_000);

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private byte[] in = new byte[0];
  private boolean terminal;

  /// What a run left behind, compared as a whole so that nothing unlooked-for hides.
  record Run(int exitCode, String out, String err) {}

  /// @param folder an empty one, see JUnit's `@TempDir`
  CliHarness(Path folder) {
    this.folder = folder;
  }

  CliHarness env(String name, String value) {
    environment.put(name, value);
    return this;
  }

  CliHarness stdin(String text) {
    in = text.getBytes(UTF_8);
    return this;
  }

  CliHarness onTerminal() {
    terminal = true;
    return this;
  }

  CliHarness file(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
      return this;
    } catch (IOException e) {
      throw new AssertionError("cannot write the test's file " + name, e);
    }
  }

  Run run(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exitCode =
        StripebridgeCli.run(
            args,
            new CliContext(
                environment,
                folder,
                new ByteArrayInputStream(in),
                new PrintStream(out, false, UTF_8),
                new PrintStream(err, false, UTF_8),
                terminal,
                InstantSource.fixed(NOW)));
    return new Run(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }
}
