package stripebridge.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import stripebridge.cli.reference.CommandReference;

/// The generated pages in `docs/reference/` are up to date; `make golden` updates them.
class ReferencePagesTest {
  private static final Path FOLDER = Path.of("docs", "reference");

  @Test
  void showsTheHelpOfEveryCommand() throws IOException {
    Golden.compare(FOLDER.resolve("commands.md"), CommandReference.commands(HelpProseTest.tree()));
  }

  @Test
  void listsTheExitCodes() throws IOException {
    Golden.compare(FOLDER.resolve("exit-codes.md"), CommandReference.exitCodes());
  }
}
