package stripebridge.cli.setup;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import stripebridge.cli.CommandFailure;

/// Stops a command that needs Solace's client library before it starts, where the library is
/// missing: it would fail in the middle otherwise, `serve` after it has taken webhooks.
public final class RequiredLibrary {
  /// The commands that send or take messages. All others work without the library;
  /// `ClientLibraryUseTest` compares this list with the classes that they use.
  public static final Set<String> COMMANDS =
      Set.of("serve", "consume", "drain", "redrive", "validate");

  private RequiredLibrary() {}

  /// Passes every command where the library is there.
  ///
  /// @param command the name of the command, such as `serve`
  /// @param installation where this process runs from; empty in a test
  /// @throws CommandFailure naming the library, its licence and `setup`, if it is needed and
  ///   missing
  public static void check(String command, Supplier<Optional<Installation>> installation) {
    if (COMMANDS.contains(command)) {
      installation.get().filter(here -> !here.hasLibrary()).ifPresent(here -> fail(command, here));
    }
  }

  private static void fail(String command, Installation installation) {
    ClientLibrary library = installation.library();
    // Nothing was done, and to try again would not help.
    throw CommandFailure.usage(
        "'%s' needs Solace's client library, and %s is missing: it is not part of stripebridge and"
                .formatted(command, installation.jar())
            + " has a licence of its own, the %s (%s)"
                .formatted(library.licence(), library.licenceUrl()),
        "read that licence, then run 'stripebridge setup', which fetches the library");
  }
}
