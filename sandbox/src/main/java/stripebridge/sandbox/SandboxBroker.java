package stripebridge.sandbox;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
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

/// A broker inside this process that the official Solace clients can talk to: for development and
/// tests, not for production, and no Solace product.
///
/// Starts in milliseconds on free ports; [#close()] leaves no thread, port or file behind.
/// Thread-safe.
public final class SandboxBroker implements AutoCloseable {
  private static final String DEFAULT = "default";

  /// The first SEMP version known to say whether the DMQ flag of a message counts.
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
    var limits = options.limits();
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
    var listener =
        Listener.open(
            options.bind(),
            port,
            tls,
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
      var certificate = Certificate.generate(options.bind());
      certificatePem = certificate.pem();
      context = certificate.context();
    }
    smfTls = listen(tls.smf(), context);
    webTls = tls.web().isPresent() ? listen(tls.web().get(), context) : null;
    sempTls = serveSemp(tls.semp(), Optional.of(context));
  }

  private SempServer serveSemp(int port, Optional<SSLContext> tls) throws IOException {
    var server =
        SempServer.start(
            new SempOptions(
                new InetSocketAddress(options.bind(), port),
                tls,
                SempVersion.parse(options.sempVersion()),
                sempUsers(),
                sempTokens(),
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
    var users = new ArrayList<SempUser>();
    users.add(administrator());
    for (var user : options.sempUsers()) {
      users.add(new SempUser(user.username(), user.password(), user.vpn(), user.mayWrite()));
    }
    return users;
  }

  /// The VPN of a broker fresh out of its box: open to one user, who may do everything.
  private void createDefaultVpn() {
    // A tenth of what SEMP allows at most; the heap's bound comes first anyway.
    createVpn(
        DEFAULT,
        Map.of(
            "enabled", true, "authenticationBasicType", "internal", "maxMsgSpoolUsage", 600_000));
    options
        .client()
        .ifPresent(client -> {
          var vpn = vpn(DEFAULT);
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

  // Where it is

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

  /// What a client's HOST property takes, such as `tcp://127.0.0.1:55555`.
  public String smfUri() {
    return uri("tcp", smf);
  }

  /// The same over WebSocket.
  public String webUri() {
    return uri("ws", web == null ? smf : web);
  }

  /// The same over TLS.
  ///
  /// @throws IllegalStateException without TLS in the options
  public String smfTlsUri() {
    return uri("tcps", tls(smfTls));
  }

  /// The same over WebSocket and TLS.
  ///
  /// @throws IllegalStateException without TLS in the options
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
    var address = InetAddress.ofLiteral(host());
    if (address instanceof Inet6Address) {
      // Java writes no short form; this one address has a name that everybody knows it by.
      var literal = address.isLoopbackAddress() ? "::1" : address.getHostAddress();
      return scheme + "://[" + literal + "]:" + port;
    }
    return scheme + "://" + host() + ":" + port;
  }

  private String uri(String scheme, Listener listener) {
    return origin(scheme, listener.port());
  }

  /// Where SEMP is, such as `http://127.0.0.1:8081`; the APIs are below `/SEMP/v2`, and
  /// `/sandbox/faults` takes faults from other processes of this machine.
  public String sempUri() {
    return origin("http", semp.port());
  }

  /// The same over HTTPS.
  ///
  /// @throws IllegalStateException without TLS in the options
  public String sempTlsUri() {
    if (sempTls == null) {
      throw withoutTls();
    }
    return origin("https", sempTls.port());
  }

  /// The certificate that was made at the start, for clients to trust; empty when there is none, or
  /// one was given.
  public Optional<String> certificatePem() {
    return Optional.ofNullable(certificatePem);
  }

  public SandboxOptions options() {
    return options;
  }

  // What is in it

  /// A message VPN.
  ///
  /// @throws SandboxException when there is none of this name
  public SandboxVpn vpn(String name) {
    if (broker.administration().find(ObjectKey.of(ObjectKind.MSG_VPN, name)).isEmpty()) {
      throw new SandboxException("there is no message VPN '" + name + "'", null);
    }
    return new SandboxVpn(broker, name);
  }

  /// Creates a message VPN, by SEMP's attribute names and with its defaults: closed.
  public SandboxVpn createVpn(String name, Map<String, ?> attributes) {
    var all = new HashMap<String, Object>(attributes);
    all.put("msgVpnName", name);
    try {
      broker.administration().create(Attributes.of(ObjectKind.MSG_VPN, all));
    } catch (RefusedException e) {
      throw new SandboxException(e.description(), e);
    }
    return new SandboxVpn(broker, name);
  }

  // What goes wrong

  /// Makes something go wrong from now on.
  public void inject(Fault fault) {
    options.log().accept("fault: " + fault);
    var faults = broker.faults();
    switch (fault) {
      case Fault.RefuseLogin(int code, String phrase, int times) ->
          faults.refuseLogins(code, phrase, times);
      case Fault.DropConnection(int afterFrames) -> {
        if (afterFrames == 0) {
          broker.dropConnections("a fault dropped it");
        } else {
          broker.dropAfter(afterFrames);
        }
      }
      case Fault.Outage(var duration) -> broker.outage(duration.toMillis());
      case Fault.StallAcks() -> broker.stallAcks();
      case Fault.SlowAcks(var delay) -> broker.slowAcks(delay.toMillis());
      case Fault.RejectPublish(int times, int subcode) -> {
        var refusal = PublishRefusal.ofSubcode(subcode);
        faults.refusePublishes(refusal.code(), refusal.phrase(), times);
      }
      case Fault.FailSemp(int status, int times) -> faults.failSemp(status, times);
      case Fault.SlowSemp(var delay) -> faults.slowSemp(delay.toMillis());
    }
  }

  /// Ends every fault. Acks that were kept back are sent.
  public void clearFaults() {
    options.log().accept("faults cleared");
    broker.clearFaults();
  }

  /// Ends every connection and stops to listen. All messages are gone.
  @Override
  public void close() {
    // First of all: a client that is dropped comes back at once, and would be cut off once more,
    // perhaps within a handshake, which the official client takes for the end.
    listeners.forEach(Listener::stopAccepting);
    broker.close();
    listeners.forEach(Listener::close);
    sempServers.forEach(SempServer::close);
  }
}
