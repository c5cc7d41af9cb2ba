package stripebridge.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import stripebridge.cli.reference.CommandReference;

/// The pages in `docs/reference/` that the code makes; `make golden` writes them anew.
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
