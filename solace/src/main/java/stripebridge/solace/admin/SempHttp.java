package stripebridge.solace.admin;

import java.io.IOException;
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
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.tls.TlsContexts;
import stripebridge.solace.tls.TrustedCertificates;

/// One broker's HTTP: sends a request and reads the answer. Keeps the session cookie that the
/// broker gives for a login, since it has few sessions to give. Safe for many threads.
final class SempHttp implements AutoCloseable {
  /// A page of a hundred objects is far below.
  private static final long BODY_BYTES_MAX = 16 << 20;

  private final OkHttpClient client;

  SempHttp(TlsTrust trust) throws BrokerException {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            // Its threads must not keep a finished program alive.
            .dispatcher(new Dispatcher(Executors.newVirtualThreadPerTaskExecutor()))
            .cookieJar(new Session())
            // Each call has a limit of its own.
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            // SEMP never redirects; who does would be shown the credentials.
            .followRedirects(false);
    if (trust instanceof TlsTrust.File) {
      X509TrustManager manager = TlsContexts.trust(TrustedCertificates.of(trust));
      // The check of the host's name stays as it is: always on.
      builder.sslSocketFactory(
          TlsContexts.context(null, manager).getSocketFactory(), manager);
    }
    this.client = builder.build();
  }

  /// An answer as it came.
  ///
  /// @param contentType empty when there is none
  record Answer(int status, String contentType, String body) {}

  /// Sends and waits.
  ///
  /// @param limit how long that may take
  /// @throws IOException when no answer came
  Answer send(Request request, Duration limit) throws IOException, InterruptedException {
    Call call = client.newCall(request);
    var _ = call.timeout().timeout(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    call.enqueue(new Reading(answer));
    try {
      return answer.get();
    } catch (InterruptedException e) {
      call.cancel();
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("cannot read an answer of SEMP", e.getCause());
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

  /// Hands an answer, or why there is none, to who waits.
  record Reading(CompletableFuture<Answer> answer) implements Callback {
    @Override
    public void onResponse(Call call, Response response) {
      try (response) {
        answer.complete(
            new Answer(
                response.code(),
                String.valueOf(response.header("Content-Type", "")),
                response.peekBody(BODY_BYTES_MAX).string()));
      } catch (Throwable e) {
        // Whatever it is, somebody waits for it, and the client tells nobody any more.
        answer.completeExceptionally(e);
      }
    }

    @Override
    public void onFailure(Call call, IOException e) {
      answer.completeExceptionally(e);
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
