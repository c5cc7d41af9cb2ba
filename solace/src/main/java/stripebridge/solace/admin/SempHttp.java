package stripebridge.solace.admin;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionSpec;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.tls.TlsContexts;
import stripebridge.solace.tls.TrustedCertificates;

/// Sends HTTP requests to one broker and reads the responses. Keeps the session cookie of a login,
/// since a broker has few sessions. Thread-safe.
final class SempHttp implements AutoCloseable {
  /// A page of a hundred objects is far smaller.
  private static final long BODY_BYTES_MAX = 16 << 20;

  private final OkHttpClient client;

  /// @param base where the broker is; only `https` uses `trust`
  SempHttp(URI base, TlsTrust trust) throws BrokerException {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            // Its threads must not keep a finished program alive.
            .dispatcher(new Dispatcher(Executors.newVirtualThreadPerTaskExecutor()))
            .cookieJar(new Session())
            // Each call has its own time limit.
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            // SEMP never redirects; the target of a redirect would get the credentials.
            .followRedirects(false);
    if (trust instanceof TlsTrust.File) {
      X509TrustManager manager = TlsContexts.trust(TrustedCertificates.of(trust));
      // The host name is always verified: that is the client's default.
      builder.sslSocketFactory(TlsContexts.context(null, manager).getSocketFactory(), manager);
    } else if ("http".equals(base.getScheme())) {
      // Otherwise the client reads all certificates that Java trusts, a third of a short command.
      builder.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
    }
    this.client = builder.build();
  }

  /// A response as it came.
  ///
  /// @param contentType empty when absent
  record RawResponse(int status, String contentType, String body) {}

  /// Sends a request and waits for the response.
  ///
  /// @param limit for all of it
  /// @throws IOException when no response came
  RawResponse send(Request request, Duration limit) throws IOException, InterruptedException {
    Call call = client.newCall(request);
    Timeout _ = call.timeout().timeout(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
    ResponseFuture future = new ResponseFuture();
    call.enqueue(future);
    try {
      return future.get();
    } catch (InterruptedException e) {
      call.cancel();
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("cannot read a response of SEMP", e.getCause());
    }
  }

  OkHttpClient client() {
    return client;
  }

  @Override
  public void close() {
    client.dispatcher().cancelAll();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  /// The response or the failure of one call.
  static final class ResponseFuture extends CompletableFuture<RawResponse> implements Callback {
    @Override
    public void onResponse(Call call, Response response) {
      try (response) {
        complete(
            new RawResponse(
                response.code(),
                String.valueOf(response.header("Content-Type", "")),
                response.peekBody(BODY_BYTES_MAX).string()));
      } catch (Throwable e) {
        // Even an Error: a caller waits, and the client reports it nowhere else.
        completeExceptionally(e);
      }
    }

    @Override
    public void onFailure(Call call, IOException e) {
      completeExceptionally(e);
    }
  }

  /// The cookies of one host, by name, in memory.
  private static final class Session implements CookieJar {
    private final Map<String, Cookie> cookies = new ConcurrentHashMap<>();

    @Override
    public void saveFromResponse(HttpUrl url, List<Cookie> received) {
      received.forEach(cookie -> cookies.put(cookie.name(), cookie));
    }

    @Override
    public List<Cookie> loadForRequest(HttpUrl url) {
      return cookies.values().stream().filter(cookie -> cookie.matches(url)).toList();
    }
  }
}
