package stripebridge.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;

class RequiredLibraryTest {
  private static final ClientLibrary LIBRARY =
      new ClientLibrary("1.2", "00", "A LICENCE", "https://licence.example");

  @TempDir private Path lib;

  private void check(String command) {
    RequiredLibrary.check(command, () -> Optional.of(new Installation(lib, LIBRARY)));
  }

  @Test
  void stopsACommandThatNeedsIt() {
    assertThatThrownBy(() -> check("serve"))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            failure -> {
              assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(failure.hint()).contains("'stripebridge setup'");
            })
        .hasMessageContaining(lib.resolve("sol-jcsmp-1.2.jar").toString())
        .hasMessageContaining("the A LICENCE (https://licence.example)");
  }

  @Test
  void isNotSatisfiedByAnotherVersion() throws Exception {
    Files.createFile(lib.resolve("sol-jcsmp-1.1.jar"));

    assertThatThrownBy(() -> check("serve")).isInstanceOf(CommandFailure.class);
  }

  @Test
  void passesTheRest() throws Exception {
    assertThatCode(() -> check("envelope")).doesNotThrowAnyException();
    assertThatCode(() -> RequiredLibrary.check("serve", Optional::empty))
        .as("in a process that runs from folders of classes")
        .doesNotThrowAnyException();
    Files.createFile(lib.resolve("sol-jcsmp-1.2.jar"));
    assertThatCode(() -> check("serve")).doesNotThrowAnyException();
  }
}
