package stripebridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stripebridge.cli.reference.ManPages;

/// The manual pages in `docs/man/` are up to date and right; `make golden` updates them.
class ManPagesTest {
  private static final Path FOLDER = Path.of("docs", "man", "man1");
  private static final Map<String, String> PAGES = ManPages.of(HelpProseTest.tree());
  private static final List<String> SECTIONS =
      List.of(
          "NAME",
          "SYNOPSIS",
          "DESCRIPTION",
          "OPTIONS",
          "EXIT STATUS",
          "ENVIRONMENT",
          "EXAMPLES",
          "SEE ALSO");

  /// All that we use: any other request is a text that was not escaped.
  private static final Pattern REQUEST =
      Pattern.compile("\\.(\\\\\" .*|TH .*|SH .*|SS .*|PP|TP|RS 4|RE|nf|fi|nh|ad l)");

  private static final Pattern ESCAPE =
      Pattern.compile("\\\\(e|-|&|f[BIR]|\\((aq|ga|ha|ti)|\\[u[0-9A-F]{4,6}])");

  @TempDir private Path folder;

  static Stream<String> files() {
    return PAGES.keySet().stream();
  }

  private static String page(String file) {
    return Objects.requireNonNull(PAGES.get(file));
  }

  @ParameterizedTest
  @MethodSource("files")
  void isUpToDate(String file) throws IOException {
    Golden.compare(FOLDER.resolve(file), page(file));
  }

  @Test
  void describesEachCommandAndNoOther() throws IOException {
    assertThat(PAGES.keySet())
        .containsExactlyElementsOf(
            HelpProseTest.commands().map(command -> command.qualifiedName("-") + ".1").toList());
    Path pages = Path.of("").toAbsolutePath().resolveSibling(FOLDER);
    try (Stream<Path> all = Files.list(pages)) {
      assertThat(all.map(page -> page.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(PAGES.keySet());
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void hasAllSections(String file) {
    assertThat(
            page(file)
                .lines()
                .filter(line -> line.startsWith(".SH "))
                .map(line -> line.substring(4).replace("\"", "")))
        .containsSubsequence(SECTIONS);
  }

  @ParameterizedTest
  @MethodSource("files")
  void isEscaped(String file) {
    assertThat(notEscaped(page(file))).isEmpty();
  }

  @Test
  void findsWhatIsNotEscaped() {
    assertThat(notEscaped("a-b\n.env is read\n'quoted'\n\\q\n…\n\\&.env\n\\fB\\-\\-a\\fR\n"))
        .containsExactly("a-b", ".env is read", "'quoted'", "\\q", "…");
  }

  private static List<String> notEscaped(String page) {
    return page.lines()
        .filter(line -> !REQUEST.matcher(line).matches())
        .filter(line -> {
          String plain = ESCAPE.matcher(line).replaceAll("");
          return line.startsWith(".")
              || plain.contains("-")
              || plain.contains("\\")
              || plain.contains("'")
              || !plain.chars().allMatch(letter -> letter >= ' ' && letter < 0x7f);
        })
        .toList();
  }

  @Test
  void showsSettingsWithTheirDefaults() {
    assertThat(page("stripebridge-serve.1"))
        .contains(
            """
            \\fBSOLACE_PASSWORD\\fR, \\fBSOLACE_PASSWORD_FILE\\fR
            Must be text without line breaks.
            """)
        .contains("\\fBAPP_PORT\\fR\nMust be a port from 0 to 65535; \\fB8080\\fR by default.\n")
        .contains("\\fI./stripebridge\\-inbox.db\\fR\n");
  }

  @Test
  void leadsToItsNeighbours() {
    assertThat(page("stripebridge-inbox-list.1"))
        .contains(
            "\n.SH \"SEE ALSO\"\n\\fBstripebridge\\fR(1),\n\\fBstripebridge\\-inbox\\fR(1),\n")
        .doesNotContain("\\fBstripebridge\\-inbox\\-list\\fR(1)");
  }

  @Test
  void isReadByMan() throws Exception {
    assumeTrue(run("man", "--version").exitCode() == 0, "no man is on the PATH");
    assumeTrue(run("groff", "--version").exitCode() == 0, "no groff is on the PATH");

    assertThat(asMan(planted("\\fBopen\n.NOTHING\n\\[nothing]\n")).out()).contains("warning:");
    Ended ended = asMan(pages());
    assertThat(ended.exitCode()).as(ended.out()).isZero();
    assertThat(ended.out()).doesNotContain("warning:", "error:");
    // Bold letters are printed twice, one over the other.
    assertThat(ended.out().replaceAll(".\b", "").split("\nSEE ALSO\n", -1))
        .hasSize(PAGES.size() + 1);
  }

  private Ended asMan(Path... pages) throws Exception {
    return run(
        Stream.of("man", "--warnings", "-E", "UTF-8", "-Tutf8", "-l"),
        Stream.of(pages).map(Path::toString));
  }

  @Test
  void isReadByMandoc() throws Exception {
    assumeTrue(
        run("mandoc", "-T", "lint", "/dev/null").exitCode() >= 0, "no mandoc is on the PATH");

    assertThat(lint(planted("\\fBopen\n.NOTHING\n"))).contains("skipping unknown macro: .NOTHING");
    // A page without a date is what we want.
    assertThat(lint(pages()).lines().filter(line -> !line.endsWith("date, using \"\": TH")))
        .isEmpty();
  }

  private String lint(Path... pages) throws Exception {
    return run(
            Stream.of("mandoc", "-T", "lint", "-W", "style"), Stream.of(pages).map(Path::toString))
        .out();
  }

  /// Copies of all pages: the files may be old while golden files are made.
  private Path[] pages() throws IOException {
    List<Path> copies = new ArrayList<>();
    for (String file : PAGES.keySet()) {
      copies.add(Files.writeString(folder.resolve(file), page(file)));
    }
    return copies.toArray(Path[]::new);
  }

  private Path planted(String lines) throws IOException {
    return Files.writeString(folder.resolve("planted.1"), ".TH A 1\n.SH NAME\na \\- b\n" + lines);
  }

  private record Ended(int exitCode, String out) {}

  private Ended run(Stream<String> words, Stream<String> more) throws Exception {
    return run(Stream.concat(words, more).toArray(String[]::new));
  }

  private Ended run(String... command) throws Exception {
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8", "MANPAGER", "cat"));
    try {
      Process process = builder.start();
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", command) + " does not end");
      }
      return new Ended(process.exitValue(), Files.readString(out));
    } catch (IOException e) {
      return new Ended(-1, String.valueOf(e.getMessage()));
    }
  }
}
