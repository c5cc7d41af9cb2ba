package stripebridge.stripe.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Reads a response with its body within one time limit. The request timeout of the JDK's client
/// ends with the headers, so a body may never end.
public final class BoundedHttp {
  private BoundedHttp() {}

  /// Sends a request and waits for the response.
  ///
  /// @param limit for headers and body
  /// @throws HttpTimeoutException when the response is not complete in time
  /// @throws IOException also when the body is longer than `bytesMax`
  public static HttpResponse<String> send(
      HttpClient http, HttpRequest request, Duration limit, int bytesMax)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> response =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(UTF_8), bytesMax));
    try {
      return response.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      HttpTimeoutException late = new HttpTimeoutException("no whole answer in time");
      late.initCause(e);
      throw late;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      // Closes the connection unless the response is complete.
      response.cancel(true);
    }
  }
}
