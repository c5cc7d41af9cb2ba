package stripebridge.acceptance.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import stripebridge.cli.CliContext;
import stripebridge.cli.ReloadRequest;
import stripebridge.cli.StopRequest;
import stripebridge.cli.StripebridgeCli;
import stripebridge.cli.setup.RequiredLibrary;

/// Which commands can reach Solace's client library, by their classes: an archive does not hold it.
class ClientLibraryUseTest {
  private static final String OURS = "stripebridge.";
  private static final String LIBRARY = "com.solacesystems.";

  @Test
  void isOfTheCommandsThatLookForItFirst() {
    Set<String> reaching = new TreeSet<>();
    for (Map.Entry<String, CommandLine> command : commands().getSubcommands().entrySet()) {
      if (reaches(command.getValue())) {
        reaching.add(command.getKey());
      }
    }
    assertThat(reaching).isEqualTo(new TreeSet<>(RequiredLibrary.COMMANDS));
  }

  private static CommandLine commands() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    return StripebridgeCli.commandLine(
        new CliContext(
            Map.of(),
            Path.of(""),
            InputStream.nullInputStream(),
            nowhere,
            nowhere,
            false,
            InstantSource.system(),
            new StopRequest(),
            ReloadRequest.withoutSignal()));
  }

  private static boolean reaches(CommandLine command) {
    Class<?> type = command.getCommandSpec().userObject().getClass();
    return reaches(ArchitectureTest.MODULES.get(type))
        || command.getSubcommands().values().stream().anyMatch(ClientLibraryUseTest::reaches);
  }

  private static boolean reaches(JavaClass start) {
    Set<String> seen = new HashSet<>(Set.of(start.getName()));
    Deque<JavaClass> open = new ArrayDeque<>(Set.of(start));
    while (!open.isEmpty()) {
      for (JavaClass used :
          open.pop().getDirectDependenciesFromSelf().stream()
              .map(dependency -> dependency.getTargetClass().getBaseComponentType())
              .toList()) {
        if (used.getName().startsWith(LIBRARY)) {
          return true;
        }
        if (used.getName().startsWith(OURS) && seen.add(used.getName())) {
          open.push(used);
        }
      }
    }
    return false;
  }
}
