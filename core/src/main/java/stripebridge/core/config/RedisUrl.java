package stripebridge.core.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the shared inbox is, and who enters it; prints with its password masked.
///
/// @param username empty for Redis's default user
/// @param password empty when Redis asks for none
/// @param database its number
public record RedisUrl(
    boolean tls, String host, int port, String username, Secret password, int database) {
  private static final int USUAL_PORT = 6379;
  private static final Pattern DATABASE = Pattern.compile("/([0-9]{1,5})?");

  static final ValueType<RedisUrl> TYPE =
      new ValueType<>(
          "a redis:// or rediss:// URL, with user, password and database number as needed",
          true,
          text -> of(text).map(RedisUrl::toString).orElse(Secret.MASK),
          RedisUrl::parse);

  @Override
  public String toString() {
    String credentials = "";
    if (!username.isEmpty() || !password.isEmpty()) {
      credentials = Shown.listed(username) + (password.isEmpty() ? "" : ":" + password) + "@";
    }
    String authority = Url.authority(host, OptionalInt.of(port));
    return (tls ? "rediss://" : "redis://") + credentials + authority + "/" + database;
  }

  private static Parsed<RedisUrl> parse(String text) {
    return of(text)
        .<Parsed<RedisUrl>>map(Parsed.Value::new)
        .orElseGet(() ->
            Parsed.refused(
                "must be like redis://user:password@host:6379/0 (rediss:// for TLS; a '%' in"
                    + " the password is written %25)"));
  }

  private static Optional<RedisUrl> of(String text) {
    Optional<Url> url = Url.of(text.strip());
    if (url.isEmpty()) {
      return Optional.empty();
    }
    Url parts = url.get();
    boolean tls = parts.scheme().equals("rediss");
    String path = parts.path().isEmpty() ? "/" : parts.path();
    Matcher database = DATABASE.matcher(path);
    if ((!tls && !parts.scheme().equals("redis")) || !database.matches()) {
      return Optional.empty();
    }
    int colon = parts.userInfo().indexOf(':');
    try {
      // A lone word before the '@' is taken for the password: showing it would be the worse
      // mistake.
      String username = colon < 0 ? "" : decoded(parts.userInfo().substring(0, colon));
      Secret password = new Secret(decoded(parts.userInfo().substring(colon + 1)));
      int number = database.group(1) == null ? 0 : Integer.parseInt(database.group(1));
      int port = parts.port().orElse(USUAL_PORT);
      return Optional.of(new RedisUrl(tls, parts.host(), port, username, password, number));
    } catch (IllegalArgumentException strayPercent) {
      return Optional.empty();
    }
  }

  /// @throws IllegalArgumentException when a `%` is not followed by two hexadecimal digits
  private static String decoded(String text) {
    // The decoder is one of forms, where a plus is a space.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
