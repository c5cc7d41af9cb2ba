package stripebridge.acceptance.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;
import stripebridge.cli.StripebridgeCli;

/// Runs the `console` blocks of `README.md` and `docs/`: lines after `$ ` are commands, and the
/// lines below are their expected output, where `…` matches anything.
class ReadmeTest {
  /// A user's own files in a working copy, which the examples must not see.
  private static final Set<String> NOT_COPIED = Set.of(".git", ".env", "target");

  @TempDir private Path folder;
  private final List<ExampleRunner> runners = new ArrayList<>();

  @AfterEach
  void stopBackgroundRuns() throws InterruptedException {
    for (ExampleRunner runner : runners) {
      runner.end();
    }
  }

  @TestFactory
  Stream<DynamicContainer> printsAsShown() throws IOException {
    List<DynamicContainer> documents = new ArrayList<>();
    for (Path document : documents()) {
      String name = Project.root().relativize(document).toString();
      List<Example> examples = Example.in(Files.readString(document));
      if (!examples.isEmpty()) {
        ExampleRunner runner =
            new ExampleRunner(StripebridgeCli::run, name, workingCopy(documents.size()));
        runners.add(runner);
        documents.add(
            DynamicContainer.dynamicContainer(
                name, examples.stream().map(example -> test(name, example, runner))));
      }
    }
    return documents.stream();
  }

  private static DynamicTest test(String document, Example example, ExampleRunner runner) {
    return DynamicTest.dynamicTest(
        "%s:%d: $ %s".formatted(document, example.line(), example.command()),
        () -> runner.run(example));
  }

  private static List<Path> documents() throws IOException {
    Path readme = Project.root().resolve("README.md");
    Path docs = Project.root().resolve("docs");
    try (Stream<Path> files = Files.isDirectory(docs) ? Files.walk(docs) : Stream.of()) {
      return Stream.concat(Stream.of(readme).filter(Files::exists), files)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  /// A folder that looks like the top of the project, where the examples may write.
  private Path workingCopy(int number) throws IOException {
    Path copy = Files.createDirectory(folder.resolve("copy" + number));
    try (Stream<Path> entries = Files.list(Project.root())) {
      for (Path entry : entries.toList()) {
        if (!NOT_COPIED.contains(entry.getFileName().toString())) {
          Files.createSymbolicLink(copy.resolve(entry.getFileName()), entry);
        }
      }
    }
    return copy;
  }
}
