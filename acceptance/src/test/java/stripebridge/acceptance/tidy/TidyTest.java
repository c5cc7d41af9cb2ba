package stripebridge.acceptance.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stripebridge.acceptance.Project;

/// Applies every rule to the project, and shows that each rule finds a violation.
class TidyTest {
  @ParameterizedTest
  @EnumSource
  void holds(Rule rule) throws IOException {
    assertThat(rule.violations(SourceFile.below(Project.root()))).isEmpty();
  }

  @Test
  void findsALongLine() {
    assertThat(
            violations(
                Rule.LINES_HAVE_AT_MOST_100_COLUMNS, "docs/a.md", "ok\n" + "x".repeat(101) + "\n"))
        .containsExactly("docs/a.md:2: 101 columns");
    assertThat(violations(Rule.LINES_HAVE_AT_MOST_100_COLUMNS, "a.md", "| " + "x".repeat(200)))
        .isEmpty();
  }

  @Test
  void findsUselessWhiteSpace() {
    assertThat(violations(Rule.NO_WHITE_SPACE_IS_USELESS, "a.md", "x \n\ty\nz\r\nend"))
        .containsExactly(
            "a.md:1: blanks at the end",
            "a.md:2: a tab",
            "a.md:3: a carriage return",
            "a.md: no newline at the end");
  }

  @Test
  void findsALongMethod() {
    String method = "  void grow() {\n" + "    go();\n".repeat(69) + "  }\n";
    assertThat(
            violations(
                Rule.METHODS_HAVE_AT_MOST_70_LINES,
                "core/src/main/java/A.java",
                "class A {\n" + method + "  void go() {}\n}\n"))
        .containsExactly("core/src/main/java/A.java:2: grow has 71 lines");
  }

  @Test
  void findsATestThatSleeps() {
    String call = "Thread." + "sle" + "ep(1)";
    assertThat(violations(Rule.TESTS_DO_NOT_SLEEP, "core/src/test/java/ATest.java", call))
        .containsExactly(
            "core/src/test/java/ATest.java:1: sleeps; wait for a condition with a deadline");
    assertThat(violations(Rule.TESTS_DO_NOT_SLEEP, "core/src/main/java/A.java", call)).isEmpty();
  }

  @Test
  void findsAFaultSuiteThatIsNotTagged() {
    String path = "service/src/test/java/a/ATest.java";
    Rule rule = Rule.FAULT_SUITES_ARE_TAGGED;
    String tag = "@" + "Tag(\"faults\") class ATest {}";
    assertThat(violations(rule, path, "redis." + "kill();"))
        .containsExactly(path + ": restarts processes, so it needs @" + "Tag(\"faults\")");
    assertThat(violations(rule, path, "ServeProcess." + "start(folder)")).hasSize(1);
    assertThat(violations(rule, path.replace("/a/", "/faults/"), "class ATest {}")).hasSize(1);
    assertThat(violations(rule, path, tag + "redis." + "kill();")).isEmpty();
    assertThat(violations(rule, "core/src/test/java/a/ATest.java", tag))
        .containsExactly(
            "core/src/test/java/a/ATest.java: make test-faults does not run tests of this module");
  }

  @Test
  void findsATestOfTheImageThatIsNotTagged() {
    String path = "acceptance/src/test/java/a/ATest.java";
    Rule rule = Rule.FAULT_SUITES_ARE_TAGGED;
    String tag = "@" + "Tag(\"image\") class ATest {}";
    String use = "UnpackedImage." + "given()";
    assertThat(violations(rule, path, use))
        .containsExactly(path + ": runs the image, so it needs @" + "Tag(\"image\")");
    assertThat(violations(rule, path, tag + use)).isEmpty();
    assertThat(violations(rule, "core/src/test/java/a/ATest.java", tag))
        .containsExactly(
            "core/src/test/java/a/ATest.java: make test-image does not run tests of this module");
  }

  @Test
  void letsADigestBeLong() {
    String base = "FROM " + "a".repeat(60) + "@sha256:" + "0".repeat(64);
    assertThat(violations(Rule.LINES_HAVE_AT_MOST_100_COLUMNS, "Dockerfile", base)).isEmpty();
  }

  @Test
  void findsAPathOnOneMachine() {
    String home = "/home" + "/someone";
    assertThat(violations(Rule.NO_FILE_NAMES_A_PATH_ON_ONE_MACHINE, "a.md", "see " + home + "/x\n"))
        .containsExactly("a.md:1: names " + home);
  }

  @Test
  void findsDeadFiles() {
    List<SourceFile> files =
        List.of(
            new SourceFile("README.md", "see docs/linked.md and Used\n"),
            new SourceFile("core/src/main/java/Used.java", "class Used {}\n"),
            new SourceFile("core/src/main/java/Unused.java", "class Unused {}\n"),
            new SourceFile("core/src/test/java/UsedTest.java", "class UsedTest {}\n"),
            new SourceFile("docs/linked.md", "\n"),
            new SourceFile("docs/orphan.md", "\n"));
    assertThat(Rule.NO_FILE_IS_DEAD.violations(files))
        .containsExactly(
            "core/src/main/java/Unused.java: nothing names it", "docs/orphan.md: nothing names it");
  }

  @Test
  void findsASynonym() {
    assertThat(violations(Rule.NO_SYNONYM_IS_USED, "docs/a.md", "an inbox record\n"))
        .containsExactly("docs/a.md:1: 'inbox record'; we say 'entry'");
  }

  @Test
  void findsAPhraseThatSoundsTranslated() {
    Rule rule = Rule.NO_PHRASE_SOUNDS_TRANSLATED;
    assertThat(violations(rule, "docs/a.md", "it waits\nfor ever\n"))
        .containsExactly("docs/a.md:2: 'for ever'; say 'forever'");
    String path = "core/src/main/java/A.java";
    assertThat(violations(rule, path, "/// as long as\n/// those\n  /// who wait\n"))
        .containsExactly(path + ":2: 'those who'; repeat the noun");
    assertThat(violations(rule, path, "\"the file is \"\n    + \"no inbox\"\n"))
        .containsExactly(path + ":1: 'is no'; say 'is not a'");
    assertThat(violations(rule, path, "// There is no file. It is no longer here.\n")).isEmpty();
    assertThat(violations(rule, "core/src/test/resources/a.md", "for ever\n")).isEmpty();
  }

  @Test
  void findsATypeThatIsNotWritten() {
    Rule rule = Rule.TYPES_ARE_WRITTEN;
    String path = "core/src/test/java/A.java";
    String inferred = "v" + "ar";
    assertThat(
            violations(
                rule,
                path,
                "%1$s x = 1;\n(%1$s y : list)\nFoo(%1$s z)\n// a %1$s x = 1\nint variable = 1;\n"
                    .formatted(inferred)))
        .containsExactly(
            path + ":1: 'var'; write the type, or '_' in a pattern",
            path + ":2: 'var'; write the type, or '_' in a pattern",
            path + ":3: 'var'; write the type, or '_' in a pattern");
    assertThat(violations(rule, "README.md", inferred + " x = 1")).isEmpty();
  }

  private static List<String> violations(Rule rule, String path, String text) {
    return rule.violations(List.of(new SourceFile(path, text)));
  }
}
