package stripebridge.sandbox;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.broker.ActiveFaults;
import stripebridge.sandbox.internal.broker.Broker;
import stripebridge.sandbox.internal.broker.BrokerSettings;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempVersion;
import stripebridge.sandbox.internal.net.Certificate;
import stripebridge.sandbox.internal.net.Listener;
import stripebridge.sandbox.internal.semp.SempOptions;
import stripebridge.sandbox.internal.semp.SempServer;
import stripebridge.sandbox.internal.semp.SempUser;

/// An in-process broker that the official Solace clients can talk to. For development and tests,
/// not for production; not a Solace product.
///
/// Starts in milliseconds on free ports; [#close()] leaves no thread, port or file behind.
/// Thread-safe.
public final class SandboxBroker implements AutoCloseable {
  private static final String DEFAULT = "default";

  /// The first SEMP version with an attribute that says whether a message's DMQ flag counts.
  private static final SempVersion DMQ_FLAG_OPTIONAL = new SempVersion(2, 49);

  private final SandboxOptions options;
  private final Broker broker;
  private final BrokerControl control = new BrokerControl(this);
  private final List<Listener> listeners = new ArrayList<>();
  private final List<SempServer> sempServers = new ArrayList<>();
  private final Listener smf;
  private final @Nullable Listener web;
  private final SempServer semp;
  private @Nullable SempServer sempTls;
  private @Nullable Listener smfTls;
  private @Nullable Listener webTls;
  private @Nullable String certificatePem;

  private SandboxBroker(SandboxOptions options) throws IOException {
    this.options = options;
    this.broker = new Broker(settings(options));
    try {
      createDefaultVpn();
      smf = listen(options.ports().smf(), null);
      web = options.ports().web().isPresent() ? listen(options.ports().web().get(), null) : null;
      semp = serveSemp(options.ports().semp(), Optional.empty());
      if (options.tls().isPresent()) {
        listenWithTls(options.tls().get());
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Starts a sandbox with [SandboxOptions#defaults()].
  public static SandboxBroker start() {
    return start(SandboxOptions.defaults());
  }

  /// Starts a sandbox.
  ///
  /// @throws SandboxException when a port is taken
  public static SandboxBroker start(SandboxOptions options) {
    try {
      return new SandboxBroker(options);
    } catch (IOException e) {
      throw new SandboxException("cannot start the sandbox: " + e.getMessage(), e);
    }
  }

  private static BrokerSettings settings(SandboxOptions options) {
    SandboxOptions.Limits limits = options.limits();
    return new BrokerSettings(
        InstantSource.system(),
        options.log(),
        limits.spoolBytes(),
        limits.outputBytes(),
        limits.frameBytes(),
        limits.connections(),
        options.ackDelay().toMillis(),
        options.clientNames() == SandboxOptions.ClientNames.REFUSE,
        limits.recorded(),
        limits.recordedBytes(),
        SempVersion.parse(options.sempVersion()).compareTo(DMQ_FLAG_OPTIONAL) < 0);
  }

  private Listener listen(int port, @Nullable SSLContext tls) throws IOException {
    Listener listener =
        Listener.open(
            options.bind(),
            port,
            tls,
            options.latency(),
            options.limits().connections(),
            broker::serve,
            options.log());
    listeners.add(listener);
    return listener;
  }

  private void listenWithTls(SandboxOptions.Tls tls) throws IOException {
    SSLContext context;
    if (tls.context().isPresent()) {
      context = tls.context().get();
    } else {
      Certificate certificate = Certificate.generate(options.bind());
      certificatePem = certificate.pem();
      context = certificate.context();
    }
    smfTls = listen(tls.smf(), context);
    webTls = tls.web().isPresent() ? listen(tls.web().get(), context) : null;
    sempTls = serveSemp(tls.semp(), Optional.of(context));
  }

  private SempServer serveSemp(int port, Optional<SSLContext> tls) throws IOException {
    SempServer server =
        SempServer.start(
            new SempOptions(
                new InetSocketAddress(options.bind(), port),
                tls,
                SempVersion.parse(options.sempVersion()),
                sempUsers(),
                sempTokens(),
                options.latency(),
                InstantSource.system(),
                options.log()),
            broker.administration(),
            broker.faults(),
            control);
    sempServers.add(server);
    return server;
  }

  private SempUser administrator() {
    return SempUser.global(options.semp().username(), options.semp().password());
  }

  private Map<String, SempUser> sempTokens() {
    return options.sempToken().map(token -> Map.of(token.text(), administrator())).orElse(Map.of());
  }

  private List<SempUser> sempUsers() {
    ArrayList<SempUser> users = new ArrayList<>();
    users.add(administrator());
    for (SandboxOptions.SempUser user : options.sempUsers()) {
      users.add(new SempUser(user.username(), user.password(), user.vpn(), user.mayWrite()));
    }
    return users;
  }

  /// The VPN of a freshly installed broker, open to one user with all permissions.
  private void createDefaultVpn() {
    // A tenth of SEMP's maximum; the heap limit applies first anyway.
    createVpn(
        DEFAULT,
        Map.of(
            "enabled", true, "authenticationBasicType", "internal", "maxMsgSpoolUsage", 600_000));
    options
        .client()
        .ifPresent(client -> {
          SandboxVpn vpn = vpn(DEFAULT);
          vpn.updateAclProfile(
              DEFAULT,
              Map.of(
                  "clientConnectDefaultAction", "allow",
                  "publishTopicDefaultAction", "allow",
                  "subscribeTopicDefaultAction", "allow"));
          vpn.updateClientProfile(
              DEFAULT,
              Map.of(
                  "allowGuaranteedMsgSendEnabled", true,
                  "allowGuaranteedMsgReceiveEnabled", true,
                  "allowGuaranteedEndpointCreateEnabled", true));
          Map<String, Object> user = Map.of("enabled", true, "password", client.password());
          if (client.username().equals(DEFAULT)) {
            vpn.updateClientUsername(DEFAULT, user);
          } else {
            vpn.createClientUsername(client.username(), user);
          }
        });
  }

  // Addresses

  /// The host to connect to.
  public String host() {
    return options.bind().isAnyLocalAddress()
        ? InetAddress.getLoopbackAddress().getHostAddress()
        : options.bind().getHostAddress();
  }

  public int smfPort() {
    return smf.port();
  }

  public int sempPort() {
    return semp.port();
  }

  /// The value for a client's HOST property, such as `tcp://127.0.0.1:55555`.
  public String smfUri() {
    return uri("tcp", smf);
  }

  /// The same over WebSocket.
  public String webUri() {
    return uri("ws", web == null ? smf : web);
  }

  /// The same over TLS.
  ///
  /// @throws IllegalStateException when the options have no TLS
  public String smfTlsUri() {
    return uri("tcps", tls(smfTls));
  }

  /// The same over WebSocket and TLS.
  ///
  /// @throws IllegalStateException when the options have no TLS
  public String webTlsUri() {
    return uri("wss", tls(webTls == null ? smfTls : webTls));
  }

  private static Listener tls(@Nullable Listener listener) {
    if (listener == null) {
      throw withoutTls();
    }
    return listener;
  }

  private static IllegalStateException withoutTls() {
    return new IllegalStateException("the sandbox was started without TLS: see withTls");
  }

  private String origin(String scheme, int port) {
    InetAddress address = InetAddress.ofLiteral(host());
    if (address instanceof Inet6Address) {
      // Java has no short form of IPv6 addresses, but everybody knows this one as ::1.
      String literal = address.isLoopbackAddress() ? "::1" : address.getHostAddress();
      return scheme + "://[" + literal + "]:" + port;
    }
    return scheme + "://" + host() + ":" + port;
  }

  private String uri(String scheme, Listener listener) {
    return origin(scheme, listener.port());
  }

  /// The base URI of SEMP, such as `http://127.0.0.1:8081`. The APIs are below `/SEMP/v2`;
  /// `/sandbox/faults` takes faults from other processes on this machine.
  public String sempUri() {
    return origin("http", semp.port());
  }

  /// The same over HTTPS.
  ///
  /// @throws IllegalStateException when the options have no TLS
  public String sempTlsUri() {
    if (sempTls == null) {
      throw withoutTls();
    }
    return origin("https", sempTls.port());
  }

  /// The certificate generated at start, for clients to trust. Empty without TLS, and when the
  /// options provide a certificate.
  public Optional<String> certificatePem() {
    return Optional.ofNullable(certificatePem);
  }

  public SandboxOptions options() {
    return options;
  }

  // Contents

  /// Finds a message VPN.
  ///
  /// @throws SandboxException when no VPN has this name
  public SandboxVpn vpn(String name) {
    if (broker.administration().find(ObjectKey.of(ObjectKind.MSG_VPN, name)).isEmpty()) {
      throw new SandboxException("there is no message VPN '" + name + "'", null);
    }
    return new SandboxVpn(broker, name);
  }

  /// Creates a message VPN. Attributes have SEMP's names and defaults, so it starts closed.
  public SandboxVpn createVpn(String name, Map<String, ?> attributes) {
    HashMap<String, Object> all = new HashMap<>(attributes);
    all.put("msgVpnName", name);
    try {
      broker.administration().create(Attributes.of(ObjectKind.MSG_VPN, all));
    } catch (RefusedException e) {
      throw new SandboxException(e.description(), e);
    }
    return new SandboxVpn(broker, name);
  }

  // Faults

  /// Injects a fault, effective at once.
  public void inject(Fault fault) {
    options.log().accept("fault: " + fault);
    ActiveFaults faults = broker.faults();
    switch (fault) {
      case Fault.RefuseLogin(int code, String phrase, int times) ->
          faults.refuseLogins(code, phrase, times);
      case Fault.DropConnection(int afterFrames) -> {
        if (afterFrames == 0) {
          broker.dropConnections("dropped by a fault");
        } else {
          broker.dropAfter(afterFrames);
        }
      }
      case Fault.Outage(Duration duration) -> broker.outage(duration.toMillis());
      case Fault.StallAcks() -> broker.stallAcks();
      case Fault.SlowAcks(Duration delay) -> broker.slowAcks(delay.toMillis());
      case Fault.RejectPublish(int times, int subcode) -> {
        PublishRefusal refusal = PublishRefusal.ofSubcode(subcode);
        faults.refusePublishes(refusal.code(), refusal.phrase(), times);
      }
      case Fault.FailSemp(int status, int times) -> faults.failSemp(status, times);
      case Fault.SlowSemp(Duration delay) -> faults.slowSemp(delay.toMillis());
    }
  }

  /// Ends every fault and sends the acks that a fault held back.
  public void clearFaults() {
    options.log().accept("faults cleared");
    broker.clearFaults();
  }

  /// Closes every connection and stops listening. All messages are lost.
  @Override
  public void close() {
    // Stop accepting first: a dropped client reconnects at once. If that connection were cut off
    // during its handshake, the official client would give up.
    listeners.forEach(Listener::stopAccepting);
    broker.close();
    listeners.forEach(Listener::close);
    sempServers.forEach(SempServer::close);
  }
}
