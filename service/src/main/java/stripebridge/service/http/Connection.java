package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.FixedLimit;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.spi.ServerConnection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.Principal;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.HttpSettings;
import stripebridge.service.http.ConnectionTable.Phase;
import stripebridge.service.http.RequestHead.Refusal;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.Trace;

/// One connection, from its PROXY header over TLS to its last answer. Helidon's HTTP/1.1 connection
/// gets from it requests that are whole and legal, and nothing else ([RequestStream]).
///
/// Runs on a thread of its own; [#end] and [#look] are for others.
final class Connection implements ConnectionContext, Runnable {
  // What a client may still send after its last answer.
  private static final long UNREAD_BYTES_MAX = 16L << 20;
  // A client may also wait for our end before it closes its own.
  // Hardly any client sends a second one before it has read the answer to the first.
  private static final int PIPELINED_MAX = 16;

  private static final Duration LINGER_MAX = Duration.ofSeconds(1);
  private static final Duration CUT_LINGER = Duration.ofMillis(200);
  // For an answer to who was told to go.
  private static final Duration ENDING_MAX = Duration.ofSeconds(1);
  private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);
  private static final ScopedValue<Connection> CURRENT = ScopedValue.newInstance();

  /// Why a connection is ended from outside.
  enum End {
    /// It has said nothing for too long.
    IDLE,
    /// A request, or its answer, has taken too long.
    SLOW,
    /// Its body gives way to others.
    NO_ROOM_FOR_BODY,
    /// It gives way to a new connection.
    TOO_MANY,
    /// The server is closed.
    STOPPED
  }

  private final Listener listener;
  private final ClientSocket socket;
  private final AtomicReference<@Nullable End> end = new AtomicReference<>();
  private volatile long endedAt;
  private volatile long lingersSince;
  private volatile long idleSince = System.nanoTime();
  // 0 while no request has begun.
  private volatile long requestSince;

  // Of the connection's own thread.
  private Peer remote;
  private Socket talking;
  private @Nullable RequestStream requests;
  private @Nullable DataReader reader;
  private final AnswerWriter writer = new AnswerWriter(this);
  // Of the request at hand.
  private boolean isToOperator;
  private boolean hasAnswered;
  // Requests in a row that were there before the one before was answered.
  private int pipelined;
  // 0 when there is no answer that is not counted yet.
  private int statusToCount;
  // The client has had its time to read.
  private volatile boolean isGivenUp;

  Connection(Listener listener, ClientSocket socket) {
    this.listener = listener;
    this.socket = socket;
    this.talking = socket;
    this.remote = new Peer((InetSocketAddress) socket.getRemoteSocketAddress());
  }

  /// The connection whose request is being answered by this thread.
  static Connection current() {
    return CURRENT.get();
  }

  @Override
  public void run() {
    try {
      ScopedValue.where(CURRENT, this).run(this::serve);
    } finally {
      listener.leaves(this);
      closeNow();
    }
  }

  private void serve() {
    try {
      converse();
    } catch (CutException e) {
      refuse(e.refusal());
      linger();
    } catch (CloseConnectionException _) {
      // The last answer is given, or the client is gone.
      linger();
    } catch (IOException _) {
      // It has failed, and there is nobody to tell.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      listener.log().log(LogEvent.BUG, "what", "a connection failed", "trace", Trace.of(e));
    }
  }

  private void converse() throws IOException, InterruptedException {
    Input input = new Input(this, socket.getInputStream());
    if (listener.proxy() instanceof HttpSettings.Proxy.Required required) {
      takeProxyHeader(input, required);
    }
    if (listener.tls().isPresent()) {
      input = handshake(input, listener.tls().get());
    }
    RequestStream stream = new RequestStream(this, input, listener.bodyBytesMax());
    requests = stream;
    reader = DataReader.create(stream);
    ServerConnection http1 = listener.http1(this);
    stream.asksBy((InterruptableTask<?>) http1);
    http1.handle(FixedLimit.create());
    // Helidon has given the last answer itself.
    linger();
  }

  private void takeProxyHeader(Input input, HttpSettings.Proxy.Required required)
      throws IOException {
    boolean isTrusted =
        required.trusted().isEmpty()
            || required.trusted().stream()
                .anyMatch(network -> network.contains(remote.address().getAddress().getAddress()));
    while (true) {
      switch (input.proxyHeader()) {
        case ProxyHeader.Whole(int length, Optional<InetSocketAddress> source) -> {
          if (!isTrusted) {
            throw proxyRefused(
                Metrics.ProxyRefusal.UNTRUSTED, "APP_PROXY_TRUSTED has not the sender's network.");
          }
          input.skip(length);
          source.ifPresent(address -> remote = new Peer(address));
          return;
        }
        case ProxyHeader.More() -> {
          if (!fill(input, ProxyHeader.BYTES_MAX)) {
            if (input.isEmpty()) {
              throw new CloseConnectionException("nothing came");
            }
            throw proxyRefused(Metrics.ProxyRefusal.MALFORMED, "The PROXY header ended early.");
          }
        }
        case ProxyHeader.None() ->
            throw proxyRefused(
                Metrics.ProxyRefusal.MISSING,
                "This port expects a PROXY header, and none came: APP_PROXY_PROTOCOL.");
        case ProxyHeader.Malformed() ->
            throw proxyRefused(Metrics.ProxyRefusal.MALFORMED, "The PROXY header is malformed.");
      }
    }
  }

  /// Waits for more.
  ///
  /// @return whether more came
  /// @throws CloseConnectionException when the connection is ended meanwhile
  private boolean fill(Input input, int bytesMax) throws IOException {
    try {
      return input.fill(bytesMax);
    } catch (IOException e) {
      if (end.get() != null) {
        throw ended(!input.isEmpty());
      }
      throw e;
    }
  }

  private CutException proxyRefused(Metrics.ProxyRefusal why, String sentence) {
    listener.metrics().proxyRefused(why);
    return new CutException(Refusal.of(400, "proxy_header_" + why.text(), sentence));
  }

  private Input handshake(Input input, ServerTls with) throws IOException {
    if (input.isEmpty() && !fill(input, Input.BYTES_FIRST)) {
      throw new CloseConnectionException("nothing came");
    }
    while (input.mayBeProxyHeader() && fill(input, Input.BYTES_FIRST)) {
      // The rest of it makes it certain.
    }
    if (!input.isTls()) {
      throw new CutException(
          Refusal.notHttp(input.isProxyHeader() ? NotHttp.PROXY_HEADER : NotHttp.PLAIN));
    }
    SSLSocket tls =
        (SSLSocket)
            with.context()
                .getSocketFactory()
                .createSocket(socket, new ByteArrayInputStream(input.rest()), true);
    // A client knows which ciphers its processor is fast at.
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setUseCipherSuitesOrder(false);
    tls.setSSLParameters(parameters);
    tls.setUseClientMode(false);
    tls.setHandshakeApplicationProtocolSelector(
        (_, offered) -> offered.contains("http/1.1") ? "http/1.1" : "");
    try {
      tls.startHandshake();
    } catch (IOException e) {
      // The client hears of it as an alert, at the most; the operator should not know less.
      if (end.get() != End.STOPPED) {
        logRefusal("tls_handshake_failed");
        listener.tlsFailed();
      }
      throw e;
    }
    talking = tls;
    return new Input(this, tls.getInputStream());
  }

  /// Says why nothing, or nothing more, is taken. What cannot be said is logged and counted.
  private void refuse(Refusal refusal) {
    NotHttp seen = refusal.seen();
    if (seen == null) {
      listener
          .log()
          .logRefusal(LogEvent.REQUEST_REFUSED, "code", refusal.code(), "remote", remote.host());
    } else {
      listener
          .log()
          .logRefusal(
              LogEvent.REQUEST_REFUSED,
              "code",
              refusal.code(),
              "seen",
              seen.text(),
              "remote",
              remote.host());
    }
    try {
      // Not through what leaves out the body of an answer to HEAD: this answers no HEAD.
      isToOperator = false;
      statusToCount = refusal.answer().status();
      writer.writeWhole(refusal.answer().bytes());
    } catch (CloseConnectionException _) {
      // The client is gone.
    }
  }

  /// Logs that the request at hand is refused.
  void logRefusal(String code) {
    listener.log().logRefusal(LogEvent.REQUEST_REFUSED, "code", code, "remote", remote.host());
  }

  /// Ends our side, and takes what the client still sends. A connection that is closed with
  /// something unread is reset, and with it what the client has not read of its answer.
  private void linger() {
    RequestStream stream = requests;
    End ended = end.get();
    boolean isCut = ended == End.SLOW || ended == End.NO_ROOM_FOR_BODY || ended == End.TOO_MANY;
    if (!isCut && (ended != null || (stream != null && stream.isAtEnd()))) {
      return;
    }
    lingersSince = System.nanoTime();
    if (!listener.moves(this, Phase.LINGERING) && !isCut) {
      return;
    }
    try {
      talking.shutdownOutput();
      if (isCut) {
        // Nothing can be read any more; but the answer must reach the client before the reset.
        LockSupport.parkNanos(CUT_LINGER.toNanos());
        return;
      }
      byte[] bytes = new byte[4 << 10];
      long taken = 0;
      int count = 0;
      while (count >= 0 && taken < UNREAD_BYTES_MAX) {
        count = talking.getInputStream().read(bytes);
        taken += count;
      }
    } catch (IOException _) {
      // The client is done, or was too slow.
    }
  }

  /// Ends it, with an answer to the request that has begun. Thread-safe.
  void end(End why) {
    if (end.get() == null) {
      // First: who looks at it once it is ended goes by this.
      endedAt = System.nanoTime();
    }
    if (end.compareAndSet(null, why)) {
      try {
        socket.wakeReader();
      } catch (IOException _) {
        closeNow();
      }
    }
  }

  /// Whether it was ended by us.
  boolean isEnded() {
    return end.get() != null;
  }

  /// What to say when nothing more can be read.
  ///
  /// @param hasBegun whether a request has
  CloseConnectionException ended(boolean hasBegun) {
    End why = end.get();
    if (why == null || !hasBegun) {
      return new CloseConnectionException("it was ended");
    }
    return switch (why) {
      case SLOW ->
          new CutException(Refusal.of(408, "request_timeout", "The request took too long."));
      case NO_ROOM_FOR_BODY, TOO_MANY -> gaveWay();
      case IDLE, STOPPED -> new CloseConnectionException("it was ended");
    };
  }

  private static CutException gaveWay() {
    return new CutException(new Refusal(WebhookHandler.BUSY, "gave_way", null));
  }

  /// Ends it if it has taken too long. Thread-safe.
  void look(long now) {
    long progressAt = writer.progressAt();
    if (progressAt != 0 && isOver(listener.stallMax(), progressAt, now)) {
      giveUp();
    } else if (end.get() != null) {
      closeAfter(ENDING_MAX, endedAt, now);
    } else if (lingersSince != 0) {
      closeAfter(LINGER_MAX, lingersSince, now);
    } else if (requestSince != 0) {
      if (isOver(listener.requestMax(), requestSince, now)) {
        end(End.SLOW);
      }
    } else if (isOver(listener.idleMax(), idleSince, now)) {
      end(End.IDLE);
    }
  }

  private void closeAfter(Duration time, long since, long now) {
    if (isOver(time, since, now)) {
      giveUp();
    }
  }

  private void giveUp() {
    isGivenUp = true;
    closeNow();
  }

  private static boolean isOver(Duration time, long since, long now) {
    return now - since > time.toNanos();
  }

  /// Ends it unless a request has begun. Thread-safe.
  void endIfIdle() {
    if (requestSince == 0) {
      end(End.STOPPED);
    }
  }

  /// Closes it, whatever it does. Thread-safe.
  void closeNow() {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed all the same.
    }
  }

  /// The first byte of a request is there.
  void requestBegins() {
    if (requestSince == 0) {
      requestSince = Math.max(1, System.nanoTime());
    }
  }

  /// All of a request's head is there.
  void headIsWhole(boolean hasBody) {
    isToOperator = false;
    hasAnswered = false;
    if (!listener.moves(this, hasBody ? Phase.SENDING : Phase.ANSWERED)) {
      throw gaveWay();
    }
  }

  /// All of a request's body is there.
  void bodyIsWhole() {
    if (!listener.moves(this, Phase.ANSWERED)) {
      throw gaveWay();
    }
  }

  /// The answer to the last request is given, and another one may come.
  ///
  /// @param hasBegun whether it has already
  void waits(boolean hasAnswered, boolean hasBegun) {
    idleSince = System.nanoTime();
    requestSince = 0;
    pipelined = hasBegun ? pipelined + 1 : 0;
    if (pipelined > PIPELINED_MAX) {
      // Its thread would give way to no other for as long as there is more.
      throw new CloseConnectionException("it sends on without reading its answers");
    }
    if (hasAnswered && !listener.moves(this, Phase.WAITING)) {
      throw hasBegun ? gaveWay() : new CloseConnectionException("it has to go");
    }
    if (listener.isStopping()) {
      throw new CloseConnectionException("the server is closing");
    }
  }

  /// The request at hand is an operator's, and is not counted with the webhooks.
  void answersOperator() {
    isToOperator = true;
  }

  /// Helidon answers the request at hand. It counts once it is written.
  void answered(int status) {
    statusToCount = status;
    hasAnswered = true;
  }

  /// Whether Helidon has answered the request at hand, whose body may still come.
  boolean hasAnswered() {
    return hasAnswered;
  }

  /// Tells a client that it may send its body.
  void sendContinue() {
    writer.writeWhole(CONTINUE);
    if (!listener.moves(this, Phase.SENDING)) {
      throw gaveWay();
    }
  }

  /// Something is written from now on. Who has to go is still answered: there is a moment for it.
  void writingBegins() {
    listener.moves(this, Phase.WRITING);
  }

  /// It is with the client, as far as one can know.
  void isWritten() {
    if (statusToCount != 0) {
      listener.answered(statusToCount, isToOperator);
      statusToCount = 0;
    }
  }

  /// The client has not taken it.
  void isNotWritten() {
    if (isGivenUp) {
      logRefusal("answer_not_read");
    }
  }

  /// Whether the request that is answered wants no body.
  boolean answersHead() {
    RequestStream stream = requests;
    return stream != null && stream.isHeadRequest();
  }

  OutputStream outputStream() throws IOException {
    return talking.getOutputStream();
  }

  @Override
  public Peer remotePeer() {
    return remote;
  }

  @Override
  public Peer localPeer() {
    return new Peer((InetSocketAddress) socket.getLocalSocketAddress());
  }

  @Override
  public boolean isSecure() {
    return talking instanceof SSLSocket;
  }

  @Override
  public String socketId() {
    return listener.name();
  }

  @Override
  public String childSocketId() {
    return Integer.toString(socket.getPort());
  }

  @Override
  public ListenerContext listenerContext() {
    return listener.context();
  }

  @Override
  public ExecutorService executor() {
    return listener.context().executor();
  }

  @Override
  public DataWriter dataWriter() {
    return writer;
  }

  @Override
  public DataReader dataReader() {
    DataReader made = reader;
    if (made == null) {
      throw new IllegalStateException("it is asked for once requests are read");
    }
    return made;
  }

  @Override
  public Router router() {
    return listener.router();
  }

  /// One end of a connection.
  record Peer(InetSocketAddress address) implements PeerInfo {
    @Override
    public String host() {
      return address.getAddress().getHostAddress();
    }

    @Override
    public int port() {
      return address.getPort();
    }

    @Override
    public Optional<Principal> tlsPrincipal() {
      return Optional.empty();
    }

    @Override
    public Optional<Certificate[]> tlsCertificates() {
      return Optional.empty();
    }
  }
}
