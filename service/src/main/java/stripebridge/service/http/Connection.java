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

/// One connection, from its PROXY header and TLS handshake to its last answer. It feeds Helidon's
/// HTTP/1.1 connection whole, legal requests and nothing else ([RequestStream]).
///
/// Runs on its own thread; other threads call [#end] and [#look].
final class Connection implements ConnectionContext, Runnable {
  // The most that we read after the last answer.
  private static final long UNREAD_BYTES_MAX = 16L << 20;
  // A client may also wait for us to close first.
  // Hardly any client sends a request before it has read the last answer.
  private static final int PIPELINED_MAX = 16;

  private static final Duration LINGER_MAX = Duration.ofSeconds(1);
  private static final Duration CUT_LINGER = Duration.ofMillis(200);
  // The time to answer a client that was told to go.
  private static final Duration ENDING_MAX = Duration.ofSeconds(1);
  private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);
  private static final ScopedValue<Connection> CURRENT = ScopedValue.newInstance();

  /// Why another thread ends a connection.
  enum End {
    /// It was idle for too long.
    IDLE,
    /// A request or its answer took too long.
    SLOW,
    /// Its body makes room for others.
    NO_ROOM_FOR_BODY,
    /// It makes room for a new connection.
    TOO_MANY,
    /// The server is closing.
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

  // Used by the connection's own thread only.
  private Peer remote;
  private Socket talking;
  private @Nullable RequestStream requests;
  private @Nullable DataReader reader;
  private final AnswerWriter writer = new AnswerWriter(this);
  // What is known of a request whose head is refused.
  private Optional<HeadReader.Seen> refusedHead = Optional.empty();
  // State of the current request.
  private boolean isToOperator;
  private boolean hasAnswered;
  // The number of requests in a row that arrived before the previous answer.
  private int pipelined;
  // 0 when every answer has been counted.
  private int statusToCount;
  // The client has had its time to read.
  private volatile boolean isGivenUp;

  Connection(Listener listener, ClientSocket socket) {
    this.listener = listener;
    this.socket = socket;
    this.talking = socket;
    this.remote = new Peer((InetSocketAddress) socket.getRemoteSocketAddress());
  }

  /// The connection whose request this thread is answering.
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
      // The last answer is written, or the client is gone.
      linger();
    } catch (IOException _) {
      // It failed, and there is no client to tell.
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
    Optional<ServerTls> tls = listener.tls();
    if (tls.isPresent()) {
      input = handshake(input, tls.get());
    }
    RequestStream stream = new RequestStream(this, input, listener.bodyBytesMax());
    requests = stream;
    reader = DataReader.create(stream);
    ServerConnection http1 = listener.http1(this);
    stream.asksBy((InterruptableTask<?>) http1);
    http1.handle(FixedLimit.create());
    // Helidon wrote the last answer itself.
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
                "This port expects a PROXY header, but none came (APP_PROXY_PROTOCOL).");
        case ProxyHeader.Malformed() ->
            throw proxyRefused(Metrics.ProxyRefusal.MALFORMED, "The PROXY header is malformed.");
      }
    }
  }

  /// Waits for more bytes.
  ///
  /// @return whether more came
  /// @throws CloseConnectionException when another thread ends the connection
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
      // The rest makes it certain.
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
      // The client gets a TLS alert at best; the operator should know at least as much.
      if (end.get() != End.STOPPED) {
        logRefusal("tls_handshake_failed");
        listener.tlsFailed();
      }
      throw e;
    }
    talking = tls;
    return new Input(this, tls.getInputStream());
  }

  /// Tells the client why nothing more is read. If that fails, it is still logged and counted.
  private void refuse(Refusal refusal) {
    NotHttp seen = refusal.seen();
    if (seen == null) {
      listener.refusals().head(refusal.code(), refusedHead, remote.host());
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
      // Do not write it through the filter for HEAD: this is not an answer to HEAD.
      isToOperator = false;
      statusToCount = refusal.answer().status();
      writer.writeWhole(refusal.answer().bytes());
    } catch (CloseConnectionException _) {
      // The client is gone.
    }
  }

  /// The head of a request is about to be refused.
  void refusesHead(Optional<HeadReader.Seen> seen) {
    refusedHead = seen;
  }

  /// Logs that the current request is refused.
  void logRefusal(String code) {
    listener.log().logRefusal(LogEvent.REQUEST_REFUSED, "code", code, "remote", remote.host());
  }

  /// Shuts down our side and reads what the client still sends. Closing a connection with unread
  /// bytes resets it, and the client may lose our answer.
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
        // Nothing can be read any more, but the answer must arrive before the reset.
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
      // The client is done or was too slow.
    }
  }

  /// Ends the connection and answers a request that has begun. Thread-safe.
  void end(End why) {
    if (end.get() == null) {
      // Set this first: threads that look at the connection afterwards rely on it.
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

  /// Whether we ended it.
  boolean isEnded() {
    return end.get() != null;
  }

  /// The exception for a connection that cannot be read any more.
  ///
  /// @param hasBegun whether a request has begun
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

  /// Ends the connection if it has taken too long. Thread-safe.
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

  /// Ends the connection unless a request has begun. Thread-safe.
  void endIfIdle() {
    if (requestSince == 0) {
      end(End.STOPPED);
    }
  }

  /// Closes the connection at once. Thread-safe.
  void closeNow() {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed anyway.
    }
  }

  /// The first byte of a request has arrived.
  void requestBegins() {
    if (requestSince == 0) {
      requestSince = Math.max(1, System.nanoTime());
    }
  }

  /// A request's head is complete.
  void headIsWhole(boolean hasBody) {
    isToOperator = false;
    hasAnswered = false;
    if (!listener.moves(this, hasBody ? Phase.SENDING : Phase.ANSWERED)) {
      throw gaveWay();
    }
  }

  /// A request's body is complete.
  void bodyIsWhole() {
    if (!listener.moves(this, Phase.ANSWERED)) {
      throw gaveWay();
    }
  }

  /// The last answer is written and another request may come.
  ///
  /// @param hasBegun whether it has begun already
  void waits(boolean hasAnswered, boolean hasBegun) {
    idleSince = System.nanoTime();
    requestSince = 0;
    pipelined = hasBegun ? pipelined + 1 : 0;
    if (pipelined > PIPELINED_MAX) {
      // Otherwise its thread would not yield to others while more requests are buffered.
      throw new CloseConnectionException("it sends on without reading its answers");
    }
    if (hasAnswered && !listener.moves(this, Phase.WAITING)) {
      throw hasBegun ? gaveWay() : new CloseConnectionException("it has to go");
    }
    if (listener.isStopping()) {
      throw new CloseConnectionException("the server is closing");
    }
  }

  /// Marks the current request as an operator's, which is not counted with the webhooks.
  void answersOperator() {
    isToOperator = true;
  }

  /// Helidon answers the current request. It is counted once it is written.
  void answered(int status) {
    statusToCount = status;
    hasAnswered = true;
  }

  /// Whether Helidon has answered the current request, whose body may still arrive.
  boolean hasAnswered() {
    return hasAnswered;
  }

  /// Tells a client to send its body.
  void sendContinue() {
    writer.writeWhole(CONTINUE);
    if (!listener.moves(this, Phase.SENDING)) {
      throw gaveWay();
    }
  }

  /// Writing begins. A connection that was told to go still gets a moment for its answer.
  void writingBegins() {
    listener.moves(this, Phase.WRITING);
  }

  /// The answer has been handed to the client's socket.
  void isWritten() {
    if (statusToCount != 0) {
      listener.answered(statusToCount, isToOperator);
      statusToCount = 0;
    }
  }

  /// The client did not take the answer.
  void isNotWritten() {
    if (isGivenUp) {
      logRefusal("answer_not_read");
    }
  }

  /// Whether the current request wants an answer without body.
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

  /// One direction of a connection.
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
