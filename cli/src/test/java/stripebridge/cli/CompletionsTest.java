package stripebridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The scripts in `completions/` match the output of `completion`; `make golden` updates them.
class CompletionsTest {

  @ParameterizedTest
  @CsvSource({"bash,stripebridge.bash", "zsh,_stripebridge", "fish,stripebridge.fish"})
  void arePrintedAsTheyAreShipped(String shell, String name, @TempDir Path folder)
      throws IOException {
    CliHarness.Run run = new CliHarness(folder).run("completion", shell);
    assertThat(run.exitCode()).isEqualTo(0);
    Golden.compare(Path.of("completions").resolve(name), run.out());
    assertThat(run.err()).isEmpty();
  }
}
