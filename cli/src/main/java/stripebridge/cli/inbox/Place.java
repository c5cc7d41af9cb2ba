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

/// The place of an inbox on the command line: a file, or a Redis URL without a password.
///
/// @param text as the user wrote it
public record Place(String text) {
  private static final String REDIS_URL = "REDIS_URL";

  /// Whether the place is in Redis.
  public boolean isRedis() {
    return text.startsWith("redis") && text.contains("://");
  }

  /// Everything needed to open the inbox.
  public record Resolved(CliContext context, InboxSettings settings, Duration idMemory) {
    /// Opens the inbox as an endpoint of a move.
    ///
    /// @param isSource whether entries leave it
    /// @throws CommandFailure when it cannot be opened
    public MoveEndpoint open(boolean isSource) {
      return OpenInbox.moveEndpoint(context, settings, idMemory, isSource);
    }
  }

  /// Reads the settings needed to open the inbox, and opens nothing.
  ///
  /// @param readers makes a reader of settings for a context
  /// @throws CommandFailure when the text has a password, or REDIS_URL names another Redis
  public Resolved resolve(CliContext context, Function<CliContext, ConfigReader> readers) {
    BridgeConfig config = OpenInbox.read(readers.apply(context));
    InboxSettings settings =
        isRedis() ? shared(config, context, readers) : new InboxSettings.Embedded(text);
    return new Resolved(context, settings, config.relay().idMemory());
  }

  /// The Redis settings that would apply if REDIS_URL named this place.
  private InboxSettings shared(
      BridgeConfig config, CliContext context, Function<CliContext, ConfigReader> readers) {
    RedisUrl url = url();
    return switch (config.inbox()) {
      case InboxSettings.Shared shared when shared.url().isSamePlaceAs(url) -> shared;
      case InboxSettings.Shared shared ->
          throw CommandFailure.usage(
              "cannot use the inbox at " + url + ": REDIS_URL is " + shared.url(),
              "pass the same URL in both; user and password come from REDIS_URL");
      case InboxSettings.Embedded _ -> OpenInbox.read(readers.apply(withRedisUrl(context))).inbox();
    };
  }

  private RedisUrl url() {
    Optional<RedisUrl> url = RedisUrl.of(text);
    if (url.isEmpty()) {
      throw CommandFailure.usage(
          "cannot use the inbox in Redis: its URL must be like redis://host:6379/0",
          "user and password come from REDIS_URL");
    }
    if (!url.get().password().isEmpty()) {
      throw CommandFailure.usage(
          "cannot use the inbox at "
              + url.get()
              + ": a password on the command line is visible to every user of this machine",
          "remove it; set REDIS_URL, or pass --redis-url-file FILE");
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
        context.stop(),
        context.reload());
  }

  @Override
  public String toString() {
    return text;
  }
}
