package stripebridge.sandbox;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import stripebridge.sandbox.internal.model.SempVersion;

/// The settings of a sandbox. Immutable: each `with` method returns a changed copy.
///
/// @param bind the address to listen on
/// @param tls empty for no TLS ports
/// @param semp the SEMP administrator
/// @param sempUsers additional SEMP users, with fewer rights
/// @param sempToken a bearer token with the administrator's rights
/// @param sempVersion the SEMP version that the broker reports. Below 2.49 the older rule applies
///   too, that only messages flagged DMQ eligible go to a dead message queue
/// @param client the client username of VPN `default`; empty for a VPN that starts closed
/// @param clientNames what happens when a second client uses a connected client's name
/// @param ackDelay how long an ack may wait in order to cover several messages: one second as on a
///   broker, or less for tests that send one message at a time
/// @param latency the round trip time of the network between the sandbox and its clients, from zero
///   to [#LATENCY_MAX]. Half of it delays what a client sends, half what it gets; what is under way
///   does not wait for each other. A SEMP response is late by all of it. Connecting takes no time
/// @param log receives one log line at a time. Many threads call it, some of them holding locks, so
///   it must not block
public record SandboxOptions(
    InetAddress bind,
    Ports ports,
    Optional<Tls> tls,
    Credentials semp,
    List<SempUser> sempUsers,
    Optional<Token> sempToken,
    String sempVersion,
    Optional<Credentials> client,
    ClientNames clientNames,
    Duration ackDelay,
    Duration latency,
    Limits limits,
    Consumer<String> log) {

  /// Farther away than any network; a larger latency is a mistake.
  public static final Duration LATENCY_MAX = Duration.ofSeconds(10);

  private static final System.Logger LOG = System.getLogger("stripebridge.sandbox");

  /// Rejects invalid values before anything starts.
  ///
  /// @throws IllegalArgumentException for a negative delay, a latency out of range or an invalid
  ///   version
  public SandboxOptions {
    sempUsers = List.copyOf(sempUsers);
    SempVersion _ = SempVersion.parse(sempVersion);
    if (ackDelay.isNegative()) {
      throw new IllegalArgumentException("ackDelay is negative: " + ackDelay);
    }
    if (latency.isNegative() || latency.compareTo(LATENCY_MAX) > 0) {
      throw new IllegalArgumentException(
          "latency is not between 0 and " + LATENCY_MAX + ": " + latency);
    }
  }

  /// What happens when a second client uses a connected client's name.
  public enum ClientNames {
    /// The new client gets the name and the old connection is closed: a broker's default.
    TAKE_OVER,
    /// The new client is refused: 403 Client Name Already In Use.
    REFUSE
  }

  /// The ports without TLS; 0 picks a free port.
  ///
  /// @param smf for both tcp and WebSocket
  /// @param web a separate port for WebSocket; empty for none
  /// @param semp for SEMP
  public record Ports(int smf, Optional<Integer> web, int semp) {
    /// Free ports.
    public static final Ports FREE = new Ports(0, Optional.empty(), 0);
  }

  /// The ports with TLS, and their certificate.
  ///
  /// @param smf for both tcps and wss; 0 picks a free port
  /// @param web a separate port for wss; empty for none
  /// @param semp for SEMP over HTTPS, in addition to HTTP
  /// @param context empty to generate a certificate at start, see [SandboxBroker#certificatePem()]
  public record Tls(int smf, Optional<Integer> web, int semp, Optional<SSLContext> context) {
    /// Free ports and a generated certificate.
    public static final Tls GENERATED = new Tls(0, Optional.empty(), 0, Optional.empty());
  }

  /// A name and a password.
  public record Credentials(String username, String password) {
    /// Omits the password.
    @Override
    public String toString() {
      return username;
    }
  }

  /// A bearer token for SEMP, used instead of a password.
  public record Token(String text) {
    /// Omits the token.
    @Override
    public String toString() {
      return "(token)";
    }
  }

  /// A SEMP user with fewer rights than the administrator, to test how a program copes with them.
  ///
  /// @param vpn the only message VPN this user sees; empty for all
  /// @param mayWrite false for a read-only user
  public record SempUser(String username, String password, Optional<String> vpn, boolean mayWrite) {
    /// A user who administers one message VPN and nothing else.
    public static SempUser ofVpn(String vpn, String username, String password) {
      return new SempUser(username, password, Optional.of(vpn), true);
    }

    /// A read-only user for all message VPNs.
    public static SempUser reader(String username, String password) {
      return new SempUser(username, password, Optional.empty(), false);
    }

    /// Omits the password.
    @Override
    public String toString() {
      return username;
    }
  }

  /// Limits on the resources that clients can use.
  ///
  /// @param connections concurrent clients
  /// @param frameBytes the largest frame a client may send
  /// @param outputBytes bytes that may wait for one client before it gets no more messages
  /// @param spoolBytes heap for messages; a message that does not fit is refused
  /// @param recorded messages to remember per queue, see [SandboxQueue#recorded()]
  /// @param recordedBytes bytes of all remembered messages together
  public record Limits(
      int connections,
      int frameBytes,
      int outputBytes,
      long spoolBytes,
      int recorded,
      long recordedBytes) {
    /// 1,000 clients, messages up to the broker's own 30 MB, 70 % of the heap for the spool. The
    /// rest is for messages in transit and for other code in the process.
    public static Limits ofThisHeap() {
      long spool = Runtime.getRuntime().maxMemory() / 100 * 70;
      return new Limits(1_000, 31_000_000, 1 << 20, spool, 1_000, Math.min(spool / 10, 64L << 20));
    }

    /// Changes the spool limit.
    public Limits withSpoolBytes(long bytes) {
      return new Limits(connections, frameBytes, outputBytes, bytes, recorded, recordedBytes);
    }

    /// Changes the limit on clients.
    public Limits withConnections(int count) {
      return new Limits(count, frameBytes, outputBytes, spoolBytes, recorded, recordedBytes);
    }
  }

  /// Free ports on 127.0.0.1; SEMP administrator admin, password admin; VPN `default` with client
  /// username `default`, password `default`, with all permissions.
  public static SandboxOptions defaults() {
    return new SandboxOptions(
        InetAddress.ofLiteral("127.0.0.1"),
        Ports.FREE,
        Optional.empty(),
        new Credentials("admin", "admin"),
        List.of(),
        Optional.empty(),
        SempVersion.NEWEST.toString(),
        Optional.of(new Credentials("default", "default")),
        ClientNames.TAKE_OVER,
        Duration.ofSeconds(1),
        Duration.ZERO,
        Limits.ofThisHeap(),
        line -> LOG.log(System.Logger.Level.DEBUG, line));
  }

  /// Changes the address to listen on.
  public SandboxOptions withBind(InetAddress bind) {
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        client,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Changes the ports.
  public SandboxOptions withPorts(Ports ports) {
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        client,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Changes the SEMP administrator.
  public SandboxOptions withSemp(Credentials semp) {
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        client,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Adds a SEMP user.
  public SandboxOptions withSempUser(SempUser user) {
    List<SempUser> sempUsers = Stream.concat(this.sempUsers.stream(), Stream.of(user)).toList();
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        client,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Sets a bearer token for SEMP.
  public SandboxOptions withSempToken(String token) {
    Optional<Token> sempToken = Optional.of(new Token(token));
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        client,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Sets an older SEMP version, such as 2.39.
  public SandboxOptions withSempVersion(String sempVersion) {
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        client,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Changes what happens when a second client uses a name.
  public SandboxOptions withClientNames(ClientNames clientNames) {
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        client,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Changes the delay of publisher acks; zero for none.
  public SandboxOptions withAckDelay(Duration ackDelay) {
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        client,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Changes the round trip time of the network; zero for none.
  public SandboxOptions withLatency(Duration latency) {
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        client,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Changes the limits.
  public SandboxOptions withLimits(Limits limits) {
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        client,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Changes the receiver of log lines. Many threads call it.
  public SandboxOptions withLog(Consumer<String> log) {
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        client,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Adds TLS ports.
  public SandboxOptions withTls(Tls with) {
    return new SandboxOptions(
        bind,
        ports,
        Optional.of(with),
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        client,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Changes the client username of VPN `default`.
  public SandboxOptions withClient(String username, String password) {
    Optional<Credentials> user = Optional.of(new Credentials(username, password));
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        user,
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }

  /// Removes the client username: VPN `default` starts closed until a topology opens it.
  public SandboxOptions withoutClient() {
    return new SandboxOptions(
        bind,
        ports,
        tls,
        semp,
        sempUsers,
        sempToken,
        sempVersion,
        Optional.empty(),
        clientNames,
        ackDelay,
        latency,
        limits,
        log);
  }
}
