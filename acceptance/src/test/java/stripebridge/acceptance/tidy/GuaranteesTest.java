package stripebridge.acceptance.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.acceptance.Project;

/// Each promise of `docs/guarantees.md` and `docs/replicas.md` names its test, which must exist.
class GuaranteesTest {
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+Test)\\.(\\w+)`");

  private static List<String> named(String page) throws IOException {
    return NAMED
        .matcher(Files.readString(Project.root().resolve(page)))
        .results()
        .map(MatchResult::group)
        .distinct()
        .toList();
  }

  static List<String> named() throws IOException {
    return Stream.concat(named("docs/guarantees.md").stream(), named("docs/replicas.md").stream())
        .distinct()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/guarantees.md", "docs/replicas.md"})
  void nameTests(String page) throws IOException {
    assertThat(named(page)).hasSizeGreaterThan(10);
  }

  @ParameterizedTest
  @MethodSource("named")
  void nameExistingTests(String test) throws IOException {
    Matcher name = NAMED.matcher(test);
    assertThat(name.matches()).isTrue();
    assertThat(source(name.group(1) + ".java")).contains("void " + name.group(2) + "(");
  }

  private static String source(String file) throws IOException {
    return SourceFile.below(Project.root()).stream()
        .filter(source -> source.path().contains("src/test/java"))
        .filter(source -> source.name().equals(file))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + file))
        .text();
  }
}
