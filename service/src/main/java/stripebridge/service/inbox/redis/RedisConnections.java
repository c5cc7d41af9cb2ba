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
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.DefaultRedisCredentialsProvider;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisCredentials;
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

/// The pool of connections to Redis: one server, the master that Sentinels name, or the inbox's
/// node of a cluster. A request may be sent twice, so every request must be safe to repeat.
///
/// Thread-safe.
final class RedisConnections implements AutoCloseable {
  /// How long Redis may take to reply. A pause for a snapshot or a slow disk is shorter.
  static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
  private static final Duration FREE_CONNECTION_MAX = Duration.ofSeconds(2);
  // With `appendfsync always`, concurrent requests share an fsync. More connections were no faster.
  private static final int CONNECTIONS_MAX = 64;

  private final ConnectionProvider provider;
  private final DefaultRedisCredentialsProvider login;
  private final String address;
  private final String keyPrefix;

  /// Work for one connection.
  interface Request<T> {
    T send(Connection connection) throws InboxException;
  }

  private RedisConnections(
      ConnectionProvider provider,
      DefaultRedisCredentialsProvider login,
      String address,
      String keyPrefix) {
    this.provider = provider;
    this.login = login;
    this.address = address;
    this.keyPrefix = keyPrefix;
  }

  /// @param folder that relative paths of certificates start from
  /// @throws InboxException.Unavailable when Redis cannot be reached
  /// @throws InboxException.Unusable when Redis refuses the login, or a certificate cannot be used
  static RedisConnections open(InboxSettings.Shared settings, Path folder) throws InboxException {
    RedisUrl url = settings.url();
    DefaultRedisCredentialsProvider login = new DefaultRedisCredentialsProvider(login(url));
    JedisClientConfig client = client(settings, login, folder);
    RedisConnections redis;
    try {
      redis =
          new RedisConnections(
              provider(url, client), login, url.toString(), settings.keyPrefix() + "{inbox}:");
    } catch (JedisException e) {
      throw new InboxException.Unavailable("cannot open the inbox at " + url + ": " + cause(e), e);
    }
    try {
      Object _ = redis.use("open", connection -> connection.executeCommand(Command.PING));
      return redis;
    } catch (InboxException e) {
      redis.close();
      throw e;
    }
  }

  private static ConnectionProvider provider(RedisUrl url, JedisClientConfig client) {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(CONNECTIONS_MAX);
    pool.setMaxIdle(CONNECTIONS_MAX);
    pool.setMaxWait(FREE_CONNECTION_MAX);
    pool.setJmxEnabled(false);
    // A broken connection is noticed when it is used, and replaced then.
    pool.setTestWhileIdle(false);
    Set<HostAndPort> all =
        url.servers().all().stream()
            .map(server -> new HostAndPort(server.host(), server.port()))
            .collect(Collectors.toSet());
    return switch (url.servers()) {
      case RedisUrl.Servers.Single(RedisUrl.Server server) ->
          new PooledConnectionProvider(new HostAndPort(server.host(), server.port()), client, pool);
      case RedisUrl.Servers.Sentinels(_, String master) ->
          new SentineledConnectionProvider(master, client, pool, all, sentinelClient(client));
      case RedisUrl.Servers.Cluster _ -> new ClusterConnectionProvider(all, client, pool);
    };
  }

  /// New connections log in with the user and the password of this URL. Those that are open stay.
  void useLogin(RedisUrl url) {
    login.setCredentials(login(url));
  }

  private static RedisCredentials login(RedisUrl url) {
    return new DefaultRedisCredentials(
        url.username().isEmpty() ? null : url.username(),
        url.password().isEmpty() ? null : url.password().reveal());
  }

  private static JedisClientConfig client(
      InboxSettings.Shared settings, DefaultRedisCredentialsProvider login, Path folder)
      throws InboxException.Unusable {
    RedisUrl url = settings.url();
    DefaultJedisClientConfig.Builder client =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis((int) CONNECT_MAX.toMillis())
            .socketTimeoutMillis((int) ANSWER_MAX.toMillis())
            .clientName("stripebridge")
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .credentialsProvider(login)
            .database(url.database());
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

  /// Without the database and the login: Sentinels have no databases, and users of their own.
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

  /// The start of every key, with the hash tag.
  String keyPrefix() {
    return keyPrefix;
  }

  /// Runs a script on any connection.
  Object run(String what, Script script, Object... arguments) throws InboxException {
    return use(what, connection -> run(connection, script, arguments));
  }

  /// Runs a script on this connection.
  Object run(Connection connection, Script script, Object... arguments) {
    try {
      return connection.executeCommand(call(Command.EVALSHA, script.hash(), arguments));
    } catch (JedisNoScriptException _) {
      // Redis was restarted.
      return connection.executeCommand(call(Command.EVAL, script.text(), arguments));
    }
  }

  private CommandArguments call(ProtocolCommand command, String script, Object... arguments) {
    CommandArguments call = new CommandArguments(command).add(script).add(1).key(keyPrefix);
    for (Object argument : arguments) {
      call.add(argument instanceof byte[] bytes ? bytes : argument.toString().getBytes(UTF_8));
    }
    return call;
  }

  /// Sends a request on one connection. If the connection is broken, or the inbox is no longer on
  /// its server, tries one other connection.
  ///
  /// @param what completes `cannot … the inbox at …`
  /// @throws InboxException.Unavailable when Redis does not do it
  <T> T use(String what, Request<T> request) throws InboxException {
    try {
      return useOnce(request);
    } catch (JedisException e) {
      if (!isWorthRetrying(e)) {
        throw failure(what, e);
      }
    }
    dropIdleConnections();
    try {
      return useOnce(request);
    } catch (JedisException e) {
      throw failure(what, e);
    }
  }

  private <T> T useOnce(Request<T> request) throws InboxException {
    try (Connection connection =
        provider instanceof ClusterConnectionProvider cluster
            ? cluster.getConnectionFromSlot(JedisClusterCRC16.getSlot(keyPrefix))
            : provider.getConnection()) {
      return request.send(connection);
    }
  }

  private static boolean isWorthRetrying(JedisException e) {
    boolean isBroken =
        e instanceof JedisConnectionException
            // After a timeout, the caller would wait twice.
            && !(e.getCause() instanceof SocketTimeoutException);
    boolean isElsewhere =
        e instanceof JedisRedirectionException
            || (e instanceof JedisDataException && text(e).startsWith("READONLY"));
    return isBroken || isElsewhere;
  }

  /// After a restart of Redis, all idle connections are broken.
  private void dropIdleConnections() {
    for (Object each : provider.getConnectionMap().values()) {
      if (each instanceof Pool<?> pool) {
        pool.clear();
      }
    }
    if (provider instanceof ClusterConnectionProvider cluster) {
      try {
        cluster.renewSlotCache();
      } catch (JedisException _) {
        // The next attempt reports the failure.
      }
    }
  }

  private InboxException failure(String what, JedisException e) {
    String message = "cannot " + what + " the inbox at " + address + ": " + cause(e);
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
        ? "all " + CONNECTIONS_MAX + " connections are waiting for a reply"
        : text;
  }

  private static String text(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  @Override
  public String toString() {
    return address;
  }

  @Override
  public void close() {
    try {
      provider.close();
    } catch (Exception _) {
      // Nothing depends on them any more, and Redis closes its side by itself.
    }
  }
}
