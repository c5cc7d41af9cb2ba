package stripebridge.cli.inbox;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.config.RedisUrl;
import stripebridge.service.inbox.MoveEndpoint;

/// An inbox that is named on the command line: a file, or a Redis, whose password is not there.
///
/// @param text as it was given
public record Place(String text) {
  private static final String REDIS_URL = "REDIS_URL";

  /// Whether it is a Redis, and no file.
  public boolean isRedis() {
    return text.startsWith("redis") && text.contains("://");
  }

  /// What it takes to open it.
  public record Found(CliContext context, InboxSettings settings, Duration idMemory) {
    /// Opens it as an end of a move.
    ///
    /// @param isSource whether entries leave it
    /// @throws CommandFailure when it cannot be
    public MoveEndpoint open(boolean isSource) {
      return OpenInbox.end(context, settings, idMemory, isSource);
    }
  }

  /// Finds out how it is opened, and opens nothing.
  ///
  /// @param readers of the settings, by what the environment is taken for
  /// @throws CommandFailure when it has a password, or REDIS_URL names another Redis
  public Found find(CliContext context, Function<CliContext, ConfigReader> readers) {
    BridgeConfig config = OpenInbox.read(readers.apply(context));
    InboxSettings settings =
        isRedis() ? shared(config, context, readers) : new InboxSettings.Embedded(text);
    return new Found(context, settings, config.relay().idMemory());
  }

  /// The settings of Redis, as they would be if REDIS_URL named this place.
  private InboxSettings shared(
      BridgeConfig config, CliContext context, Function<CliContext, ConfigReader> readers) {
    RedisUrl url = url();
    return switch (config.inbox()) {
      case InboxSettings.Shared shared when shared.url().isSamePlaceAs(url) -> shared;
      case InboxSettings.Shared shared ->
          throw CommandFailure.usage(
              "cannot take the inbox at " + url + ": REDIS_URL names " + shared.url(),
              "name the same one in both; the user and the password come from REDIS_URL");
      case InboxSettings.Embedded _ -> OpenInbox.read(readers.apply(withRedisUrl(context))).inbox();
    };
  }

  private RedisUrl url() {
    Optional<RedisUrl> url = RedisUrl.of(text);
    if (url.isEmpty()) {
      throw CommandFailure.usage(
          "cannot take the inbox in Redis: its URL must be like redis://host:6379/0",
          "the user and the password come from REDIS_URL");
    }
    if (!url.get().password().isEmpty()) {
      throw CommandFailure.usage(
          "cannot take the inbox at "
              + url.get()
              + ": a password on the command line would show a"
              + " secret to everyone on this machine",
          "leave it out here; set REDIS_URL, or pass --redis-url-file FILE");
    }
    return url.get();
  }

  private CliContext withRedisUrl(CliContext context) {
    Map<String, String> environment = new HashMap<>(context.environment());
    environment.put(REDIS_URL, text);
    return new CliContext(
        environment,
        context.workingDirectory(),
        context.in(),
        context.out(),
        context.err(),
        context.terminal(),
        context.clock(),
        context.stop());
  }

  @Override
  public String toString() {
    return text;
  }
}
