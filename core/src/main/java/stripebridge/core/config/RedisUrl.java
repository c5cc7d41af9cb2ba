package stripebridge.core.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stripebridge.core.config.ValueType.Parsed;

/// The Redis of the shared inbox, with the login; prints with its password masked.
///
/// @param username empty for Redis's default user
/// @param password empty when Redis needs none
/// @param database the database number
public record RedisUrl(
    boolean tls, Servers servers, String username, Secret password, int database) {
  private static final int DEFAULT_PORT = 6379;
  private static final int DEFAULT_SENTINEL_PORT = 26379;
  private static final String SENTINEL = "+sentinel";
  private static final String CLUSTER = "+cluster";
  private static final Pattern SCHEME =
      Pattern.compile("(?i)(redis|rediss)(\\+sentinel|\\+cluster)?://");
  private static final Pattern DATABASE = Pattern.compile("/([0-9]{1,5})?");
  private static final Pattern NO_DATABASE = Pattern.compile("/0?");
  private static final Pattern MASTER = Pattern.compile("/([A-Za-z0-9._-]{1,64})(/[0-9]{1,5})?");

  /// The address of one Redis or Sentinel process.
  public record Server(String host, int port) {
    @Override
    public String toString() {
      return Url.authority(host, OptionalInt.of(port));
    }
  }

  /// The topology of the Redis deployment.
  public sealed interface Servers {
    List<Server> all();

    /// A single server.
    record Single(Server server) implements Servers {
      @Override
      public List<Server> all() {
        return List.of(server);
      }
    }

    /// Sentinels, which know the current address of the named master.
    record Sentinels(List<Server> all, String master) implements Servers {}

    /// Some nodes of a cluster; they know the others.
    record Cluster(List<Server> all) implements Servers {}
  }

  static final ValueType<RedisUrl> TYPE =
      new ValueType<>(
          "a redis://, redis+sentinel:// or redis+cluster:// URL (rediss for TLS), with user,"
              + " password and database number as needed",
          true,
          text -> of(text).map(RedisUrl::toString).orElse(Secret.MASK),
          RedisUrl::parse);

  /// Parses a URL of one of the forms in [#TYPE].
  public static Optional<RedisUrl> of(String text) {
    Matcher scheme = SCHEME.matcher(text.strip());
    if (!scheme.lookingAt()) {
      return Optional.empty();
    }
    boolean tls = scheme.group(1).length() > "redis".length();
    String kind = scheme.group(2) == null ? "" : scheme.group(2);
    String rest = text.strip().substring(scheme.end());
    int at = rest.lastIndexOf('@');
    String userInfo = rest.substring(0, Math.max(0, at));
    int slash = rest.indexOf('/', at + 1);
    String authority = slash < 0 ? rest.substring(at + 1) : rest.substring(at + 1, slash);
    String path = slash < 0 ? "/" : rest.substring(slash);
    int defaultPort = kind.equalsIgnoreCase(SENTINEL) ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT;
    List<Server> servers = servers(authority, defaultPort);
    Optional<Servers> found = servers(kind, servers, path);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    int colon = userInfo.indexOf(':');
    try {
      // A lone word before the '@' is read as the password: printing a password would be the worse
      // mistake.
      String username = colon < 0 ? "" : decoded(userInfo.substring(0, colon));
      Secret password = new Secret(decoded(userInfo.substring(colon + 1)));
      return Optional.of(new RedisUrl(tls, found.get(), username, password, database(kind, path)));
    } catch (IllegalArgumentException strayPercent) {
      return Optional.empty();
    }
  }

  /// Whether both URLs point to the same database, even if their logins differ.
  public boolean isSamePlaceAs(RedisUrl other) {
    return tls == other.tls && servers.equals(other.servers) && database == other.database;
  }

  @Override
  public String toString() {
    String credentials = "";
    if (!username.isEmpty() || !password.isEmpty()) {
      credentials = DisplayText.listed(username) + (password.isEmpty() ? "" : ":" + password) + "@";
    }
    String kind =
        switch (servers) {
          case Servers.Single _ -> "";
          case Servers.Sentinels _ -> SENTINEL;
          case Servers.Cluster _ -> CLUSTER;
        };
    String master = servers instanceof Servers.Sentinels(_, String name) ? "/" + name : "";
    return (tls ? "rediss" : "redis")
        + kind
        + "://"
        + credentials
        + servers.all().stream().map(Server::toString).collect(Collectors.joining(","))
        + master
        + "/"
        + database;
  }

  private static Parsed<RedisUrl> parse(String text) {
    return of(text)
        .<Parsed<RedisUrl>>map(Parsed.Value::new)
        .orElseGet(() ->
            Parsed.refused(
                "must be like redis://user:password@host:6379/0, or redis+sentinel://host,host/"
                    + "master/0, or redis+cluster://host,host (rediss for TLS; a '%' in the"
                    + " password is written %25)"));
  }

  /// The servers, or an empty list when one of them is malformed.
  private static List<Server> servers(String authority, int defaultPort) {
    List<Server> servers = new ArrayList<>();
    for (String text : authority.split(",", -1)) {
      Optional<Url> url = Url.of("redis://" + text);
      if (url.isEmpty()) {
        return List.of();
      }
      servers.add(new Server(url.get().host(), url.get().port().orElse(defaultPort)));
    }
    return List.copyOf(servers);
  }

  private static Optional<Servers> servers(String kind, List<Server> all, String path) {
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Matcher master = MASTER.matcher(path);
    if (kind.equalsIgnoreCase(SENTINEL)) {
      return master.matches()
          ? Optional.of(new Servers.Sentinels(all, master.group(1)))
          : Optional.empty();
    }
    if (kind.equalsIgnoreCase(CLUSTER)) {
      // A cluster only has database 0.
      return NO_DATABASE.matcher(path).matches()
          ? Optional.of(new Servers.Cluster(all))
          : Optional.empty();
    }
    return all.size() == 1 && DATABASE.matcher(path).matches()
        ? Optional.of(new Servers.Single(all.getFirst()))
        : Optional.empty();
  }

  private static int database(String kind, String path) {
    Matcher number =
        Pattern.compile(kind.equalsIgnoreCase(SENTINEL) ? "/[^/]+/([0-9]+)" : "/([0-9]+)")
            .matcher(path);
    return number.matches() ? Integer.parseInt(number.group(1)) : 0;
  }

  /// @throws IllegalArgumentException when a `%` is not followed by two hexadecimal digits
  private static String decoded(String text) {
    // URLDecoder decodes forms, in which a plus is a space.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
