package stripebridge.acceptance.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import stripebridge.acceptance.Project;

/// The classes, members and threads that `docs/concurrency.md` names exist.
class ConcurrencyPageTest {
  private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w+)(?:\\.(\\w+))?`");
  private static final Pattern THREAD = Pattern.compile("`([a-z]+(?:-[a-z]+)+)`");

  @Test
  void namesWhatExists() throws IOException {
    String page = Files.readString(Project.root().resolve("docs/concurrency.md"));
    assertThat(TYPE.matcher(page).results()).hasSizeGreaterThan(50);
    assertThat(THREAD.matcher(page).results()).hasSizeGreaterThan(10);
    assertThat(missing(page, sources())).isEmpty();
  }

  @Test
  void noticesWhatDoesNotExist() {
    String source =
        "import java.util.List;\nrecord Sent(int count) {\n  void stop() { run(\"a-writer\"); }\n}";
    assertThat(
            missing(
                "`Sent`, `Sent.count`, `Sent.stop`, `List`, `Error`, `a-writer`;"
                    + " `Gone`, `Sent.lock`, `Gone.lock`, `a-reader`",
                List.of(source)))
        .containsExactly("`Gone`", "`Sent.lock`", "`Gone.lock`", "`a-reader`");
  }

  private static List<String> missing(String page, List<String> sources) {
    List<String> missing = new ArrayList<>();
    missing.addAll(missing(TYPE, page, name -> isType(name.group(1), name.group(2), sources)));
    missing.addAll(
        missing(
            THREAD,
            page,
            name -> sources.stream().anyMatch(source -> source.contains("\"" + name.group(1)))));
    return missing;
  }

  private static List<String> missing(Pattern names, String page, Predicate<MatchResult> exists) {
    return names
        .matcher(page)
        .results()
        .filter(exists.negate())
        .map(MatchResult::group)
        .distinct()
        .toList();
  }

  /// Whether a source declares the type and the member, if the page names one. A type of the JDK is
  /// in `java.lang`, or some source imports it.
  private static boolean isType(String type, @Nullable String member, List<String> sources) {
    // Most sources do not contain the name at all, which is found sooner.
    Predicate<String> contains = source -> source.contains(type);
    Predicate<String> declares =
        contains.and(
            Pattern.compile("\\b(class|record|interface|enum) " + type + "\\b").asPredicate());
    if (member != null) {
      Predicate<String> has = Pattern.compile("\\w[>\\]]? " + member + "( =|[(;,)])").asPredicate();
      return sources.stream().anyMatch(declares.and(has));
    }
    Predicate<String> imports =
        contains.and(Pattern.compile("(?m)^import java\\.[a-z.]+\\." + type + ";").asPredicate());
    return isOfJavaLang(type) || sources.stream().anyMatch(declares.or(imports));
  }

  private static boolean isOfJavaLang(String type) {
    try {
      return Class.forName("java.lang." + type) != null;
    } catch (ClassNotFoundException _) {
      return false;
    }
  }

  private static List<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    Files.walkFileTree(
        Project.root(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return folder.endsWith("target") || folder.endsWith(".git")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String path = file.toString();
            // The page names tests, but not what only tests have.
            if (path.endsWith("Test.java")
                || (path.endsWith(".java") && path.contains("/src/main/"))) {
              sources.add(Files.readString(file));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }
}
