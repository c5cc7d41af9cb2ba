package stripebridge.cli.setup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.output.ConfirmationPrompt;
import stripebridge.cli.setup.AotCaches.TrainingFailure;

/// One run of `setup`: brings the client library where it is missing, then makes the AOT caches.
/// Both are done only where they are needed, so a second run changes nothing.
final class SetupRun {
  // Stays: a setup that waits for it would otherwise lock a file that has no name any more.
  private static final String LOCK = "setup.lock";

  private final CliContext context;
  private final Installation installation;
  private final Download download;
  private final LibraryFile file;
  private final AotCaches caches;

  SetupRun(CliContext context, Installation installation, Download download) {
    this.context = context;
    this.installation = installation;
    this.download = download;
    this.file = new LibraryFile(installation);
    this.caches = new AotCaches(installation);
  }

  /// @param from what `--from` names; absent for Maven Central
  /// @param accepted whether the licence was accepted on the command line
  ExitCode run(@Nullable String from, boolean accepted) throws InterruptedException {
    LibrarySource source =
        LibrarySource.of(from, context.workingDirectory(), installation.library());
    try {
      if (isComplete() && caches.areCurrent()) {
        say("nothing to do: " + installation.jar() + " is there, and so are the AOT caches");
        return ExitCode.OK;
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    boolean isThere = isComplete();
    if (!isThere) {
      agree(source, accepted);
    }
    try (FileChannel _ = lock()) {
      removeLeftovers();
      if (!isComplete()) { // Another setup may have brought it.
        say("fetching " + installation.library().title() + " from " + source);
        file.install(source, download);
        say("installed " + installation.jar());
      }
      train();
    } catch (IOException e) {
      if (!isThere) {
        throw LibraryFile.unwritable(installation, e);
      }
      say(
          "%s is there, but AOT caches are not, and cannot be made: cannot write to %s: %s"
              .formatted(installation.jar(), installation.lib(), LibraryFile.reason(e)));
      sayWhatItCosts();
    }
    return ExitCode.OK;
  }

  private boolean isComplete() {
    try {
      return installation.hasLibrary() && file.seen().equals(installation.library().sha256());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private CommandFailure unreadable(IOException failure) {
    return new CommandFailure(
        ExitCode.UNAVAILABLE,
        "cannot read " + installation.jar() + ": " + LibraryFile.reason(failure),
        null);
  }

  /// Shows the licence, and asks unless it is accepted already.
  private void agree(LibrarySource source, boolean accepted) {
    ClientLibrary library = installation.library();
    if (installation.hasLibrary()) {
      say(installation.jar() + " is damaged or another file, and will be replaced");
    }
    say(
        """
        stripebridge sends and takes messages with %s, Solace's client library for Java.
        It is not part of stripebridge, and is yours to use under Solace's own licence:

          %s
          %s
        """
            .formatted(library.title(), library.licence(), library.licenceUrl()));
    if (accepted) {
      say("accepted with --accept-licence");
      return;
    }
    String what =
        "this accepts that licence and fetches %s from %s".formatted(library.fileName(), source);
    ConfirmationPrompt.requireTerminal(
        context.terminal(), what, "read the licence, then pass --accept-licence");
    ConfirmationPrompt.requireYes(context, what);
  }

  /// One setup at a time.
  private FileChannel lock() throws IOException {
    FileChannel channel =
        FileChannel.open(
            installation.lib().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        say("waiting for another setup to end");
        channel.lock();
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// What killed runs have left; nobody else is at work.
  private void removeLeftovers() throws IOException {
    List<Path> left;
    try (Stream<Path> files = Files.list(installation.lib())) {
      left = files.filter(it -> LibraryFile.isLeftover(it) || AotCaches.isLeftover(it)).toList();
    }
    for (Path each : left) {
      AotCaches.delete(each);
    }
  }

  private void train() throws IOException, InterruptedException {
    if (caches.areCurrent()) {
      return;
    }
    say("making the AOT caches, with which commands start faster; this takes a minute");
    try {
      caches.train();
      say("done");
    } catch (TrainingFailure e) {
      say("no AOT caches could be made:\n" + e.getMessage());
      sayWhatItCosts();
    }
  }

  private void sayWhatItCosts() {
    say("commands work without, and take longer to start; run setup again to make the caches");
  }

  private void say(String line) {
    context.err().println(line);
    context.err().flush();
  }
}
