package stripebridge.solace.messaging;

import com.solacesystems.jcsmp.Context;
import com.solacesystems.jcsmp.ContextProperties;
import com.solacesystems.jcsmp.JCSMPChannelProperties;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.SessionEventHandler;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.BrokerAddress;
import stripebridge.core.config.SolaceSettings;
import stripebridge.solace.tls.TrustedCertificates;

/// One JCSMP connection to a broker, with its own context, so that its threads end with it.
///
/// Thread-safe.
final class SmfSession implements AutoCloseable {
  // Each address is tried once within this time; the caller retries.
  private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
  // Short enough that a failover costs little, long enough for a broker that is starting.
  private static final Duration RECONNECT_PAUSE = Duration.ofSeconds(1);
  // With the limit below, a silent peer is given up after nine seconds.
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(3);
  private static final int KEEP_ALIVES_MISSED_MAX = 3;
  // A session that does not close by itself is left to its daemon threads.
  private static final Duration CLOSING_MAX = Duration.ofSeconds(2);

  private final JCSMPSession session;
  private final Context context;

  private SmfSession(JCSMPSession session, Context context) {
    this.session = session;
    this.context = context;
  }

  /// Connects, trying each address once. An interrupt ends it.
  ///
  /// @param extra properties beside those of every session, by JCSMP's names
  /// @param reconnectsMax how often to reconnect, trying each address once, before the session is
  ///   down
  /// @throws BrokerException.Invalid when the settings cannot be used, or do not trust the
  ///   certificate that the broker shows
  /// @throws BrokerException.Refused when the broker rejects the login
  /// @throws BrokerException.Unavailable when no address answers, or none accepts the login at
  ///   present
  static SmfSession connect(
      SolaceSettings settings, Properties extra, int reconnectsMax, SessionEventHandler events)
      throws BrokerException, InterruptedException {
    String what = "cannot connect " + describe(settings);
    JCSMPProperties properties = properties(settings, reconnectsMax);
    extra.addTo(properties);
    Context context;
    SmfSession opened;
    try {
      context = JCSMPFactory.onlyInstance().createContext(new ContextProperties());
      opened =
          new SmfSession(
              JCSMPFactory.onlyInstance().createSession(properties, context, events), context);
    } catch (JCSMPException e) {
      throw SmfErrors.connecting(what, e);
    }
    try {
      await(what, opened.session::connect);
      return opened;
    } catch (BrokerException | InterruptedException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /// Properties that one kind of session needs beside the common ones.
  interface Properties {
    void addTo(JCSMPProperties properties);
  }

  private static JCSMPProperties properties(SolaceSettings settings, int reconnectsMax)
      throws BrokerException {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, addresses(settings));
    properties.setProperty(JCSMPProperties.VPN_NAME, settings.vpn());
    properties.setProperty(JCSMPProperties.USERNAME, settings.username());
    properties.setProperty(JCSMPProperties.PASSWORD, settings.password().reveal());
    properties.setProperty(JCSMPProperties.APPLICATION_DESCRIPTION, "stripebridge");
    JCSMPChannelProperties channel = new JCSMPChannelProperties();
    channel.setConnectTimeoutInMillis((int) CONNECT_MAX.toMillis());
    channel.setConnectRetries(0);
    channel.setConnectRetriesPerHost(0);
    channel.setReconnectRetries(reconnectsMax);
    channel.setReconnectRetryWaitInMillis((int) RECONNECT_PAUSE.toMillis());
    channel.setKeepAliveIntervalInMillis((int) KEEP_ALIVE.toMillis());
    channel.setKeepAliveLimit(KEEP_ALIVES_MISSED_MAX);
    properties.setProperty(JCSMPProperties.CLIENT_CHANNEL_PROPERTIES, channel);
    if (settings.addresses().getFirst().scheme().isTls()) {
      // The client reads no PEM. It checks certificate, date and host by default.
      properties.setProperty(
          JCSMPProperties.SSL_IN_MEMORY_TRUST_STORE, TrustedCertificates.of(settings.trust()));
    }
    return properties;
  }

  private static String addresses(SolaceSettings settings) {
    return settings.addresses().stream()
        .map(BrokerAddress::toString)
        .collect(Collectors.joining(","));
  }

  /// The broker as error messages name it.
  static String describe(SolaceSettings settings) {
    return "'%s' as '%s' of vpn '%s'"
        .formatted(addresses(settings), settings.username(), settings.vpn());
  }

  /// A call of the client that may take long.
  interface Step {
    void run() throws JCSMPException;
  }

  /// Runs the step on its own thread: the client heeds an interrupt in most of its waits, and the
  /// caller need not sit out the rest.
  static void await(String what, Step step) throws BrokerException, InterruptedException {
    // Whatever is thrown, even an Error, reaches the caller.
    FutureTask<Boolean> connected =
        new FutureTask<>(() -> {
          step.run();
          return true;
        });
    Thread.ofPlatform().daemon().name("smf-connect").start(connected);
    try {
      Boolean _ = connected.get();
    } catch (InterruptedException e) {
      // Otherwise it goes on for 10 s with a silent peer, and closing waits for it.
      connected.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception failure) {
        throw SmfErrors.connecting(what, failure);
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  JCSMPSession jcsmp() {
    return session;
  }

  /// Ends the connection and releases waiting callers. Bounded, whatever the peer does.
  @Override
  public void close() {
    Thread closing =
        Thread.ofPlatform()
            .daemon()
            .name("smf-close")
            .start(() -> {
              session.closeSession();
              context.destroy();
            });
    try {
      closing.join(CLOSING_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
