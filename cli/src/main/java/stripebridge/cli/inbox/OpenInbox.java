package stripebridge.cli.inbox;

import java.util.EnumSet;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.config.Subject;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxException;
import stripebridge.service.inbox.SqliteInboxAdmin;

/// Opens the inbox that the settings name, for an operator.
public final class OpenInbox {
  private OpenInbox() {}

  /// What a command does with it.
  @FunctionalInterface
  public interface Use<T> {
    T apply(InboxAdmin inbox) throws InboxException, InterruptedException;
  }

  /// Opens it, uses it and closes it.
  ///
  /// @throws CommandFailure when it cannot be opened or used
  public static <T> T use(CliContext context, ConfigReader reader, Use<T> use)
      throws InterruptedException {
    InboxSettings settings = reader.read(EnumSet.of(Subject.INBOX)).inbox();
    if (!(settings instanceof InboxSettings.Embedded embedded)) {
      throw CommandFailure.usage(
          "cannot open an inbox in Redis: this version keeps it in a file",
          "unset REDIS_URL; INBOX_PATH says where the file is");
    }
    try (InboxAdmin inbox =
        SqliteInboxAdmin.open(
            context.workingDirectory().resolve(embedded.path()).normalize(), context.clock())) {
      return use.apply(inbox);
    } catch (InboxException.Unusable e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()), e.hint());
    } catch (InboxException e) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()), null);
    }
  }
}
