package stripebridge.acceptance.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ExecutionMode;
import stripebridge.acceptance.Project;
import stripebridge.cli.StripebridgeCli;

/// Runs every script of `acceptance/src/test/resources/scripts`, each in its own folder.
class AcceptanceTest {
  private static final Path SCRIPTS = Path.of("acceptance", "src", "test", "resources", "scripts");

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> runs() throws IOException {
    try (Stream<Path> files = Files.list(Project.root().resolve(SCRIPTS))) {
      List<Path> scripts = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        if (!ScriptBroker.isOfTheEnvironment() || needsBroker(file)) {
          scripts.add(file);
        }
      }
      assertThat(scripts).isNotEmpty();
      return scripts.stream()
          .map(file ->
              DynamicTest.dynamicTest(test ->
                  test.displayName(file.getFileName().toString())
                      .testSourceUri(file.toUri())
                      .executionMode(ExecutionMode.CONCURRENT)
                      .executable(() -> run(file))));
    }
  }

  private static boolean needsBroker(Path file) throws IOException {
    return Files.readAllLines(file).contains(Directive.BROKER.word());
  }

  private void run(Path file) throws IOException, InterruptedException {
    String name = file.getFileName().toString();
    Path work = Files.createDirectory(folder.resolve(name));
    Script script = Script.parse(name, Files.readString(file));
    new ScriptRunner(StripebridgeCli::run, Project.root(), work, ScriptRunner.DEADLINE).run(script);
  }
}
