package stripebridge.acceptance.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stripebridge.acceptance.Project;

/// `docs/extending.md` names exactly the files in which the example of each section appears.
class ExtendingTest {
  private static final String PAGE = "docs/extending.md";
  private static final Pattern CODE = Pattern.compile("`([^`\\s]+)`");
  private static final Pattern TEST = Pattern.compile("[A-Z]\\w+(Test|Contract)");

  /// A section and the traces that its example leaves. Narrow: a text that only uses the example,
  /// such as a hint with a command in it, must not match.
  enum Section {
    SETTING("A setting", "RETRY_BACKOFF_BASE_SECONDS|retry-backoff-base-seconds|backoffBase"),
    COMMAND(
        "A command",
        "QueuesCommand|[Tt]he `queues` command|^## stripebridge queues|queues --help"
            + "|_stripebridge_queues|-a queues|^exec stripebridge queues"),
    FAMILY(
        "An event family",
        "\"payout\"|payout\\.created|[\"`]payout\\.failed[\"`]|^  payout\\.failed:"),
    ATTRIBUTE("A queue attribute", "respectTtlEnabled"),
    FINDING("A finding", "MQTT_WILDCARD|mqtt-wildcard"),
    METRIC(
        "A metric",
        "inbox_parked|solace_publish_attempts|metrics\\.attempted|Metric\\.ATTEMPTS|case ATTEMPTS"),
    STAGE(
        "A stage of `validate`",
        "\\bDUPLICATES[(,]|DuplicatesStage|\\*\\*Duplicates\\.|the same events again: not checked"),
    INBOX(
        "An inbox",
        "class Redis\\w+ implements (Inbox|InboxAdmin|MoveEndpoint)\\b|REDIS_URL|redis-url-file"
            + "|RedisInboxTest|`RedisInbox`|\\.RedisInbox;|[Tt]he inbox in a Redis"
            + "|<artifactId>jedis<");

    private final String title;
    private final Pattern traces;

    Section(String title, String traces) {
      this.title = title;
      this.traces = Pattern.compile(traces, Pattern.MULTILINE);
    }

    boolean isIn(SourceFile file) {
      return traces.matcher(file.text()).find();
    }

    /// The lines of the page below the section's heading.
    String text(String page) {
      String[] parts = page.split("(?m)^## ");
      return Arrays.stream(parts)
          .filter(part -> part.startsWith(title + "\n"))
          .findFirst()
          .orElseThrow(() -> new AssertionError(PAGE + " has no section '" + title + "'"));
    }
  }

  /// Whether nobody edits the file to add another thing like the example.
  private static boolean isBystander(String path) {
    // The page itself, and history.
    return path.equals(PAGE)
        || path.equals("CHANGELOG.md")
        || path.startsWith("docs/adr/")
        // `make golden` writes or copies them.
        || path.startsWith("docs/man/")
        || path.startsWith("helm/stripe-solace-bridge/files/")
        // Measures what exists.
        || path.startsWith("bench/")
        // Tests use examples for their own purposes; the lists name those that new things need.
        || path.contains("/src/test/");
  }

  @ParameterizedTest
  @EnumSource
  void namesTheFilesOfItsExample(Section section) throws IOException {
    assertThat(problems(section, page(), files())).isEmpty();
  }

  @Test
  void hasTheseSections() throws IOException {
    assertThat(page().lines().filter(line -> line.startsWith("## ")))
        .containsExactlyElementsOf(
            Arrays.stream(Section.values()).map(section -> "## " + section.title).toList());
  }

  @Test
  void noticesAFileThatIsNotNamed() throws IOException {
    String file = "relay/src/main/java/stripebridge/relay/RelayLimits.java";
    String without = page().lines().filter(line -> !line.contains(file)).collect(toText());
    assertThat(problems(Section.SETTING, without, files()))
        .containsExactly(file + " has the example, but is not named");
  }

  @Test
  void noticesAFileThatTakesNoPart() throws IOException {
    String steps = "## A finding\n\n1. `topology.yaml`: edit\n2. `docs/none.md`: edit\n";
    List<SourceFile> files = List.of(new SourceFile("topology.yaml", "version: 1\n"));
    assertThat(problems(Section.FINDING, steps + "\n`NoneTest` fails.\n", files))
        .containsExactly(
            "docs/none.md does not exist",
            "topology.yaml does not have the example",
            "NoneTest does not exist");
  }

  private static String page() throws IOException {
    return files().stream()
        .filter(file -> file.path().equals(PAGE))
        .findFirst()
        .orElseThrow()
        .text();
  }

  private static List<SourceFile> files() throws IOException {
    return SourceFile.below(Project.root());
  }

  private static Collector<CharSequence, ?, String> toText() {
    return Collectors.joining("\n");
  }

  private static List<String> problems(Section section, String page, List<SourceFile> files) {
    List<String> words =
        CODE.matcher(section.text(page)).results().map(ExtendingTest::word).distinct().toList();
    Set<String> paths = files.stream().map(SourceFile::path).collect(Collectors.toSet());
    Set<String> named = new TreeSet<>(words);
    named.removeIf(word -> !word.contains("/") && !paths.contains(word));

    List<String> problems = new ArrayList<>();
    for (String path : named) {
      if (!paths.contains(path)) {
        problems.add(path + " does not exist");
      }
    }
    for (SourceFile file : files) {
      boolean isNamed = named.contains(file.path());
      if (isNamed && !section.isIn(file)) {
        problems.add(file.path() + " does not have the example");
      } else if (!isNamed && !isBystander(file.path()) && section.isIn(file)) {
        problems.add(file.path() + " has the example, but is not named");
      }
    }
    Set<String> stems = files.stream().map(SourceFile::stem).collect(Collectors.toSet());
    for (String word : words) {
      if (TEST.matcher(word).matches() && !stems.contains(word)) {
        problems.add(word + " does not exist");
      }
    }
    return problems;
  }

  private static String word(MatchResult code) {
    return code.group(1);
  }
}
