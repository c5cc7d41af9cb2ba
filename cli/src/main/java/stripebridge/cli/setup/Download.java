package stripebridge.cli.setup;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.setup.ProxyVariables.HttpProxy;

/// Fetches one file over HTTP, in one piece or not at all.
final class Download {
  private static final String PROXY_AUTHORIZATION = "Proxy-Authorization";
  private static final int REDIRECTS_MAX = 5;
  private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
  private static final Duration WHOLE_MAX = Duration.ofMinutes(10);
  private static final Set<Integer> REFUSALS = Set.of(401, 403, PROXY_AUTHENTICATION_REQUIRED);
  // Forty times the library. A wrong URL must not fill the disk.
  private static final int BYTES_MAX = 64 * 1024 * 1024;
  private static final int CHUNK = 64 * 1024;

  private final ProxyVariables proxies;
  private final Duration stallMax;

  /// @param environment the proxy variables, used unless properties of Java name a proxy
  /// @param stallMax how long to wait for the next bytes
  Download(Map<String, String> environment, Duration stallMax) {
    this.proxies = new ProxyVariables(environment);
    this.stallMax = stallMax;
  }

  /// Writes the file to a stream.
  ///
  /// @throws CommandFailure when the file is not there, or not all of it came
  /// @throws IOException from the stream
  void copy(LibrarySource.OnWeb source, OutputStream out) throws IOException {
    URI url = source.url();
    for (int redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      // A login is for the server that it was written for.
      boolean isSameServer = Objects.equals(url.getRawAuthority(), source.url().getRawAuthority());
      Optional<String> login = isSameServer ? source.login() : Optional.empty();
      Optional<URI> next = copyOrFollow(url, login, out);
      if (next.isEmpty()) {
        return;
      }
      url = next.get();
    }
    throw unavailable(source.url(), "more than " + REDIRECTS_MAX + " redirects");
  }

  /// @return where the server redirects to; empty when the file is copied
  private Optional<URI> copyOrFollow(URI url, Optional<String> login, OutputStream out)
      throws IOException {
    Request.Builder request = new Request.Builder().url(url.toString()).header("Accept", "*/*");
    request.header("User-Agent", "stripebridge");
    login.ifPresent(value -> request.header("Authorization", basic(value)));
    OkHttpClient client = client(url);
    Response response;
    try {
      response = client.newCall(request.build()).execute();
    } catch (IOException e) {
      throw unavailable(url, reason(e));
    }
    try (response) {
      String location = response.header("Location");
      if (response.isRedirect() && location != null) {
        return Optional.of(target(url, location));
      }
      if (!response.isSuccessful()) {
        String said = "the server answered " + response.code() + " " + response.message();
        throw REFUSALS.contains(response.code())
            ? new CommandFailure(ExitCode.REFUSED, message(url, said.strip()), hint())
            : unavailable(url, said.strip());
      }
      copyBody(url, response, out);
      return Optional.empty();
    } finally {
      client.connectionPool().evictAll();
    }
  }

  private void copyBody(URI url, Response response, OutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK];
    long copied = 0;
    InputStream in = Objects.requireNonNull(response.body()).byteStream();
    while (true) {
      int read;
      try {
        read = in.read(chunk);
      } catch (IOException e) {
        throw unavailable(
            url, "the connection broke after %,d bytes: %s".formatted(copied, reason(e)));
      }
      if (read < 0) {
        return;
      }
      copied += read;
      if (copied > BYTES_MAX) {
        throw unavailable(url, "it is larger than 64 MiB, and the library is not");
      }
      out.write(chunk, 0, read);
    }
  }

  /// HTTPS never leads to HTTP.
  static URI target(URI from, String location) {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException _) {
      throw unavailable(from, "it redirects to something that is not a URL");
    }
    boolean isSafe = "https".equals(to.getScheme());
    boolean isNoWorse = "http".equals(to.getScheme()) && "http".equals(from.getScheme());
    if (to.getHost() == null || !(isSafe || isNoWorse)) {
      throw unavailable(
          from, "it redirects to " + LibrarySource.shown(to) + ", which is not https");
    }
    return to;
  }

  private OkHttpClient client(URI url) {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(true)
            .connectTimeout(CONNECT_MAX)
            .readTimeout(stallMax)
            .callTimeout(WHOLE_MAX);
    Optional<HttpProxy> proxy = isProxiedByJava(url) ? Optional.empty() : proxies.of(url);
    proxy.ifPresent(its ->
        builder
            .proxy(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(its.host(), its.port())))
            .proxyAuthenticator((_, asked) -> authenticated(its, asked)));
    return builder.build();
  }

  /// OkHttp asks the same selector.
  private static boolean isProxiedByJava(URI url) {
    ProxySelector selector = ProxySelector.getDefault();
    return selector != null
        && selector.select(url).stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
  }

  private static @Nullable Request authenticated(HttpProxy proxy, Response asked) {
    boolean isRefused = asked.request().header(PROXY_AUTHORIZATION) != null;
    return isRefused || proxy.login().isEmpty()
        ? null
        : asked
            .request()
            .newBuilder()
            .header(PROXY_AUTHORIZATION, basic(proxy.login().get()))
            .build();
  }

  private static String basic(String login) {
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  private static CommandFailure unavailable(URI url, String why) {
    return new CommandFailure(ExitCode.UNAVAILABLE, message(url, why), hint());
  }

  private static String message(URI url, String why) {
    return "cannot fetch the library from " + LibrarySource.shown(url) + ": " + why;
  }

  private static String hint() {
    return "behind a proxy set https_proxy; or name a mirror with --from URL, or a file that was"
        + " fetched elsewhere with --from FILE";
  }

  private String reason(IOException failure) {
    return switch (failure) {
      case UnknownHostException _ -> "there is no such host";
      case ConnectException _ -> "no connection";
      case SSLException tls -> "TLS failed: " + tls.getMessage();
      case InterruptedIOException _ -> "no answer within " + stallMax.toSeconds() + " s";
      case EOFException _ -> "it was closed early";
      case ProtocolException protocol -> String.valueOf(protocol.getMessage());
      case SocketException socket -> String.valueOf(socket.getMessage());
      default -> String.valueOf(failure.getMessage());
    };
  }
}
