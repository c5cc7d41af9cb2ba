package stripebridge.sandbox;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import stripebridge.sandbox.internal.model.SempVersion;

/// How a sandbox is to run. Immutable: each `with` gives another one.
///
/// @param bind the address to listen on
/// @param tls empty for no TLS ports
/// @param semp the SEMP administrator
/// @param sempUsers more users of SEMP, with fewer rights
/// @param sempToken a bearer token that also stands for the administrator
/// @param sempVersion what the broker says it speaks; below 2.49 it also keeps the older rule that
///   only messages flagged DMQ eligible go to a dead message queue
/// @param client the client user of VPN `default`; empty for a VPN that nobody can use yet
/// @param clientNames what happens to a second client of a name
/// @param ackDelay how long a publisher's ack may wait for company: the broker's own second, or
///   less for tests that send one message at a time
/// @param log takes one line per thing that happens; called by many threads, some of which hold
///   locks meanwhile, so that it must not wait for anything
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
    Limits limits,
    Consumer<String> log) {

  private static final System.Logger LOG = System.getLogger("stripebridge.sandbox");

  /// Checks what has to be right before anything starts.
  ///
  /// @throws IllegalArgumentException for a negative delay, or a version that is none
  public SandboxOptions {
    sempUsers = List.copyOf(sempUsers);
    var _ = SempVersion.parse(sempVersion);
    if (ackDelay.isNegative()) {
      throw new IllegalArgumentException("ackDelay is negative: " + ackDelay);
    }
  }

  /// What happens to a second client of a name.
  public enum ClientNames {
    /// The newcomer gets the name and the old connection is closed, as a broker does by default.
    TAKE_OVER,
    /// The newcomer is refused: 403 Client Name Already In Use.
    REFUSE
  }

  /// The ports without TLS; 0 for any that is free.
  ///
  /// @param smf for tcp and for WebSocket alike
  /// @param web another one for WebSocket; empty for none
  /// @param semp for SEMP
  public record Ports(int smf, Optional<Integer> web, int semp) {
    /// Ports that are free.
    public static final Ports FREE = new Ports(0, Optional.empty(), 0);
  }

  /// The ports with TLS and the certificate they show.
  ///
  /// @param smf for tcps and for wss alike; 0 for any that is free
  /// @param web another one for wss; empty for none
  /// @param semp for SEMP over HTTPS, beside the one over HTTP
  /// @param context empty for a certificate made at the start, see [SandboxBroker#certificatePem()]
  public record Tls(int smf, Optional<Integer> web, int semp, Optional<SSLContext> context) {
    /// Free ports and a generated certificate.
    public static final Tls GENERATED = new Tls(0, Optional.empty(), 0, Optional.empty());
  }

  /// A name and a password.
  public record Credentials(String username, String password) {
    /// Without the password.
    @Override
    public String toString() {
      return username;
    }
  }

  /// What a client of SEMP may show in place of a password.
  public record Token(String text) {
    /// Without the token.
    @Override
    public String toString() {
      return "(token)";
    }
  }

  /// Somebody who may do less than the administrator, to see how a program fares with few rights.
  ///
  /// @param vpn the only message VPN this user sees; empty for all
  /// @param mayWrite false for a user who only reads
  public record SempUser(String username, String password, Optional<String> vpn, boolean mayWrite) {
    /// A user who administers one message VPN and nothing beside it.
    public static SempUser ofVpn(String vpn, String username, String password) {
      return new SempUser(username, password, Optional.of(vpn), true);
    }

    /// A user who sees everything and changes nothing.
    public static SempUser reader(String username, String password) {
      return new SempUser(username, password, Optional.empty(), false);
    }

    /// Without the password.
    @Override
    public String toString() {
      return username;
    }
  }

  /// Bounds on what clients can make the sandbox hold.
  ///
  /// @param connections clients at one time
  /// @param frameBytes the largest frame a client may send
  /// @param outputBytes what may wait for one client before that client is slowed
  /// @param spoolBytes heap that messages may take; what does not fit is refused
  /// @param recorded messages to remember per queue, see [SandboxQueue#recorded()]
  /// @param recordedBytes bytes that all remembered messages may keep alive
  public record Limits(
      int connections,
      int frameBytes,
      int outputBytes,
      long spoolBytes,
      int recorded,
      long recordedBytes) {
    /// 1,000 clients, messages up to the broker's own 30 MB, 70 % of the heap for the spool: the
    /// rest is for what is on its way, and for whoever shares the process.
    public static Limits ofThisHeap() {
      long spool = Runtime.getRuntime().maxMemory() / 100 * 70;
      return new Limits(1_000, 31_000_000, 1 << 20, spool, 1_000, Math.min(spool / 10, 64L << 20));
    }

    /// Another bound for the spool.
    public Limits withSpoolBytes(long bytes) {
      return new Limits(connections, frameBytes, outputBytes, bytes, recorded, recordedBytes);
    }

    /// Another bound for clients.
    public Limits withConnections(int count) {
      return new Limits(count, frameBytes, outputBytes, spoolBytes, recorded, recordedBytes);
    }
  }

  /// Free ports on 127.0.0.1; SEMP administrator admin, password admin; VPN `default` with client
  /// user `default`, password `default`, who may do everything.
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
        Limits.ofThisHeap(),
        line -> LOG.log(System.Logger.Level.DEBUG, line));
  }

  /// Another address to listen on.
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
        limits,
        log);
  }

  /// Fixed ports.
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
        limits,
        log);
  }

  /// Another SEMP administrator.
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
        limits,
        log);
  }

  /// One more user of SEMP.
  public SandboxOptions withSempUser(SempUser user) {
    var sempUsers = Stream.concat(this.sempUsers.stream(), Stream.of(user)).toList();
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
        limits,
        log);
  }

  /// A bearer token for SEMP.
  public SandboxOptions withSempToken(String token) {
    var sempToken = Optional.of(new Token(token));
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
        limits,
        log);
  }

  /// An older SEMP version, such as 2.39.
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
        limits,
        log);
  }

  /// Another rule for a second client of a name.
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
        limits,
        log);
  }

  /// Another pace of publisher acks; zero for no waiting.
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
        limits,
        log);
  }

  /// Other limits.
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
        limits,
        log);
  }

  /// Another place for log lines; it is called by many threads.
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
        limits,
        log);
  }

  /// TLS ports too.
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
        limits,
        log);
  }

  /// Another client user of VPN `default`.
  public SandboxOptions withClient(String username, String password) {
    var user = Optional.of(new Credentials(username, password));
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
        limits,
        log);
  }

  /// No client user: VPN `default` starts closed, for a topology to open.
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
        limits,
        log);
  }
}
