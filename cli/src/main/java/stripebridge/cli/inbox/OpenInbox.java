package stripebridge.cli.inbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxException;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.InboxObserver;
import stripebridge.service.inbox.MoveEndpoint;
import stripebridge.service.inbox.SqliteInbox;
import stripebridge.service.inbox.SqliteInboxAdmin;
import stripebridge.service.inbox.SqliteMoveEndpoint;
import stripebridge.service.inbox.redis.RedisInbox;
import stripebridge.service.inbox.redis.RedisInboxAdmin;
import stripebridge.service.inbox.redis.RedisMoveEndpoint;
import stripebridge.service.telemetry.LibraryLog;

/// Opens the inbox that the settings name, in a file or in Redis: for the service, for an operator,
/// or for a move.
public final class OpenInbox {
  private OpenInbox() {}

  /// An operation on an inbox.
  ///
  /// @param <I> the view of the inbox
  @FunctionalInterface
  public interface Use<I, T> {
    T apply(I inbox) throws InboxException, InterruptedException;
  }

  private interface Opening<I> {
    I open() throws InboxException;
  }

  /// Opens the inbox for an operator, uses it and closes it.
  ///
  /// @throws CommandFailure when it cannot be opened or used
  public static <T> T use(CliContext context, ConfigReader reader, Use<InboxAdmin, T> use)
      throws InterruptedException {
    BridgeConfig config = read(reader);
    silenceLibraries(config.inbox());
    try (InboxAdmin inbox = forOperator(context, config)) {
      return use.apply(inbox);
    } catch (InboxException e) {
      throw failure(config.inbox(), e);
    }
  }

  /// Reads the settings for the place of an inbox and the lifetime of its ids.
  static BridgeConfig read(ConfigReader reader) {
    return reader.read(EnumSet.of(SettingGroup.INBOX, SettingGroup.RELAY));
  }

  private static InboxAdmin forOperator(CliContext context, BridgeConfig config)
      throws InboxException {
    return switch (config.inbox()) {
      case InboxSettings.Embedded embedded ->
          SqliteInboxAdmin.open(path(context, embedded), context.clock());
      case InboxSettings.Shared shared ->
          RedisInboxAdmin.open(
              shared, context.workingDirectory(), context.clock(), config.relay().idMemory());
    };
  }

  /// Opens the inbox for the service.
  ///
  /// @param observer hears of losses and damage in a file
  /// @throws CommandFailure when it cannot be opened
  public static Inbox forService(
      CliContext context, BridgeConfig config, InboxClock clock, InboxObserver observer) {
    return opened(
        config.inbox(),
        () ->
            switch (config.inbox()) {
              case InboxSettings.Embedded embedded ->
                  SqliteInbox.open(
                      path(context, embedded),
                      clock,
                      config.relay().waitingMax(),
                      config.relay().idMemory(),
                      observer);
              case InboxSettings.Shared shared ->
                  RedisInbox.open(
                      shared,
                      context.workingDirectory(),
                      clock,
                      config.relay().waitingMax(),
                      config.relay().idMemory());
            });
  }

  /// Opens the inbox as an endpoint of a move.
  ///
  /// @param isSource whether entries leave it
  static MoveEndpoint moveEndpoint(
      CliContext context, InboxSettings settings, Duration idMemory, boolean isSource) {
    silenceLibraries(settings);
    return opened(
        settings,
        () ->
            switch (settings) {
              case InboxSettings.Embedded embedded when isSource ->
                  SqliteMoveEndpoint.openExisting(path(context, embedded));
              case InboxSettings.Embedded embedded ->
                  SqliteMoveEndpoint.open(path(context, embedded));
              case InboxSettings.Shared shared ->
                  RedisMoveEndpoint.open(
                      shared, context.workingDirectory(), context.clock(), idMemory);
            });
  }

  private static <I> I opened(InboxSettings settings, Opening<I> opening) {
    try {
      return opening.open();
    } catch (InboxException e) {
      throw failure(settings, e);
    }
  }

  /// The place of the inbox, without secrets.
  public static String place(CliContext context, InboxSettings settings) {
    return switch (settings) {
      case InboxSettings.Embedded embedded -> path(context, embedded).toString();
      case InboxSettings.Shared shared -> shared.url() + ", keys " + shared.keyPrefix() + "*";
    };
  }

  private static Path path(CliContext context, InboxSettings.Embedded embedded) {
    return context.workingDirectory().resolve(embedded.path()).normalize();
  }

  /// The exceptions of the Redis client say enough; its log lines would repeat them.
  private static void silenceLibraries(InboxSettings settings) {
    if (settings instanceof InboxSettings.Shared) {
      LibraryLog.silence();
    }
  }

  /// The failure of a command that cannot open its inbox.
  public static CommandFailure failure(InboxSettings settings, InboxException e) {
    if (e instanceof InboxException.Unusable unusable) {
      return CommandFailure.usage(String.valueOf(e.getMessage()), unusable.hint());
    }
    String usual =
        switch (settings) {
          case InboxSettings.Embedded _ -> "INBOX_PATH is its path";
          case InboxSettings.Shared _ -> "REDIS_URL is its address; is Redis running there?";
        };
    String hint =
        e instanceof InboxException.Unavailable unavailable
            ? unavailable.hint().orElse(usual)
            : usual;
    return new CommandFailure(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()), hint);
  }
}
