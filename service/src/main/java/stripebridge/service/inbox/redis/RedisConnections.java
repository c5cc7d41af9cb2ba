package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLParameters;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.providers.SentineledConnectionProvider;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.Pool;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.config.RedisUrl;
import stripebridge.core.inbox.InboxException;

/// The connections to Redis, whether it is one server, what Sentinels say is the master, or a node
/// of a cluster. All that is asked of it is safe to be asked twice.
///
/// Thread-safe.
final class RedisConnections implements AutoCloseable {
  /// How long Redis may take for an answer. A pause for a snapshot or a slow disk is shorter.
  static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
  private static final Duration FREE_CONNECTION_MAX = Duration.ofSeconds(2);
  // With `appendfsync always` those that ask at once share an fsync, so there have to be many; more
  // than this were no faster.
  private static final int CONNECTIONS_MAX = 64;

  private final ConnectionProvider provider;
  private final String place;
  private final String base;

  /// What is done with one connection.
  interface Use<T> {
    T on(Connection connection) throws InboxException;
  }

  private RedisConnections(ConnectionProvider provider, String place, String base) {
    this.provider = provider;
    this.place = place;
    this.base = base;
  }

  /// @param folder where relative paths of certificates start
  /// @throws InboxException.Unavailable when Redis is not there
  /// @throws InboxException.Unusable when it does not let us in, or a certificate cannot be used
  static RedisConnections open(InboxSettings.Shared settings, Path folder) throws InboxException {
    RedisUrl url = settings.url();
    JedisClientConfig client = client(settings, folder);
    RedisConnections link;
    try {
      link =
          new RedisConnections(provider(url, client), url.toString(), settings.keyPrefix() + "{inbox}:");
    } catch (JedisException e) {
      throw new InboxException.Unavailable("cannot open the inbox at " + url + ": " + cause(e), e);
    }
    try {
      var _ = link.use("open", connection -> connection.executeCommand(Command.PING));
      return link;
    } catch (InboxException e) {
      link.close();
      throw e;
    }
  }

  private static ConnectionProvider provider(RedisUrl url, JedisClientConfig client) {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(CONNECTIONS_MAX);
    pool.setMaxIdle(CONNECTIONS_MAX);
    pool.setMaxWait(FREE_CONNECTION_MAX);
    pool.setJmxEnabled(false);
    // A broken one is noticed when it is used, and another taken.
    pool.setTestWhileIdle(false);
    Set<HostAndPort> all =
        url.servers().all().stream()
            .map(server -> new HostAndPort(server.host(), server.port()))
            .collect(Collectors.toSet());
    return switch (url.servers()) {
      case RedisUrl.Servers.Single(RedisUrl.Server server) ->
          new PooledConnectionProvider(new HostAndPort(server.host(), server.port()), client, pool);
      case RedisUrl.Servers.Sentinels(var _, String master) ->
          new SentineledConnectionProvider(master, client, pool, all, sentinelClient(client));
      case RedisUrl.Servers.Cluster _ -> new ClusterConnectionProvider(all, client, pool);
    };
  }

  private static JedisClientConfig client(InboxSettings.Shared settings, Path folder)
      throws InboxException.Unusable {
    RedisUrl url = settings.url();
    DefaultJedisClientConfig.Builder client =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis((int) CONNECT_MAX.toMillis())
            .socketTimeoutMillis((int) ANSWER_MAX.toMillis())
            .clientName("stripebridge")
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .database(url.database());
    if (!url.username().isEmpty()) {
      client.user(url.username());
    }
    if (!url.password().isEmpty()) {
      client.password(url.password().reveal());
    }
    if (url.tls()) {
      SSLParameters parameters = new SSLParameters();
      // Without it, any certificate of a trusted authority would do.
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      client
          .ssl(true)
          .sslSocketFactory(RedisTls.sockets(settings.trust(), settings.identity(), folder))
          .sslParameters(parameters);
    }
    return client.build();
  }

  /// Sentinels have no databases, and users of their own: they are asked without.
  private static JedisClientConfig sentinelClient(JedisClientConfig client) {
    return DefaultJedisClientConfig.builder()
        .connectionTimeoutMillis(client.getConnectionTimeoutMillis())
        .socketTimeoutMillis(client.getSocketTimeoutMillis())
        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
        .ssl(client.isSsl())
        .sslSocketFactory(client.getSslSocketFactory())
        .sslParameters(client.getSslParameters())
        .build();
  }

  /// What every key begins with.
  String base() {
    return base;
  }

  /// Runs a script on a connection that is as good as any.
  Object run(String what, Script script, Object... arguments) throws InboxException {
    return use(what, connection -> run(connection, script, arguments));
  }

  /// Runs a script on this connection.
  Object run(Connection connection, Script script, Object... arguments) {
    try {
      return connection.executeCommand(call(Command.EVALSHA, script.hash(), arguments));
    } catch (JedisNoScriptException _) {
      // Redis was started anew.
      return connection.executeCommand(call(Command.EVAL, script.text(), arguments));
    }
  }

  private CommandArguments call(ProtocolCommand command, String script, Object... arguments) {
    CommandArguments call = new CommandArguments(command).add(script).add(1).key(base);
    for (Object argument : arguments) {
      call.add(argument instanceof byte[] bytes ? bytes : argument.toString().getBytes(UTF_8));
    }
    return call;
  }

  /// Uses one connection. Where it was broken, or leads where the inbox is not any more, another is
  /// tried once.
  ///
  /// @param what completes `cannot … the inbox at …`
  /// @throws InboxException.Unavailable when Redis does not do it
  <T> T use(String what, Use<T> use) throws InboxException {
    try {
      return useOnce(use);
    } catch (JedisException e) {
      if (!mayBeBetterNow(e)) {
        throw failure(what, e);
      }
    }
    forgetConnections();
    try {
      return useOnce(use);
    } catch (JedisException e) {
      throw failure(what, e);
    }
  }

  private <T> T useOnce(Use<T> use) throws InboxException {
    try (Connection connection =
        provider instanceof ClusterConnectionProvider cluster
            ? cluster.getConnectionFromSlot(JedisClusterCRC16.getSlot(base))
            : provider.getConnection()) {
      return use.on(connection);
    }
  }

  private static boolean mayBeBetterNow(JedisException e) {
    boolean isBroken =
        e instanceof JedisConnectionException
            // Who waited for an answer would wait twice.
            && !(e.getCause() instanceof SocketTimeoutException);
    boolean isElsewhere =
        e instanceof JedisRedirectionException
            || (e instanceof JedisDataException && text(e).startsWith("READONLY"));
    return isBroken || isElsewhere;
  }

  /// After a restart of Redis, all that are idle are broken.
  private void forgetConnections() {
    for (Object each : provider.getConnectionMap().values()) {
      if (each instanceof Pool<?> pool) {
        pool.clear();
      }
    }
    if (provider instanceof ClusterConnectionProvider cluster) {
      try {
        cluster.renewSlotCache();
      } catch (JedisException _) {
        // What is tried next will say what is wrong.
      }
    }
  }

  private InboxException failure(String what, JedisException e) {
    String message = "cannot " + what + " the inbox at " + place + ": " + cause(e);
    return e instanceof JedisAccessControlException
        ? new InboxException.Unusable(
            message, "REDIS_URL has the user and the password; a '%' in them is written %25", e)
        : new InboxException.Unavailable(message, e);
  }

  private static String cause(JedisException e) {
    List<Throwable> suppressed = List.of(e.getSuppressed());
    Throwable deepest = suppressed.isEmpty() ? e : suppressed.getFirst();
    for (int depth = 0; deepest.getCause() != null && depth < 9; depth++) {
      deepest = deepest.getCause();
    }
    String text = text(deepest);
    return text.startsWith("Timeout waiting for idle object")
        ? "all " + CONNECTIONS_MAX + " connections wait for an answer"
        : text;
  }

  private static String text(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  @Override
  public String toString() {
    return place;
  }

  @Override
  public void close() {
    try {
      provider.close();
    } catch (Exception _) {
      // They are of no more use; Redis ends its side by itself.
    }
  }
}
