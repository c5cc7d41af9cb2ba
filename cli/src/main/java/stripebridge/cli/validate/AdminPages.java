package stripebridge.cli.validate;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stripebridge.stripe.webhook.BoundedHttp;

/// `/health`, `/ready` and `/metrics` of every replica of the bridge.
final class AdminPages implements AutoCloseable {
  // Some 100 KB with every series; another server's page must not fill the memory.
  private static final int BYTES_MAX = 16 * 1024 * 1024;

  private final List<URI> replicas;
  private final Duration answerMax;
  private final HttpClient http;

  AdminPages(List<URI> replicas, Duration answerMax) {
    this.replicas = List.copyOf(replicas);
    this.answerMax = answerMax;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(answerMax)
            .build();
  }

  /// @param text the body
  record Page(int status, String text) {}

  List<URI> replicas() {
    return replicas;
  }

  /// One page of one replica.
  ///
  /// @param path such as `/health`
  /// @throws IOException saying in one clause why there is none
  Page get(URI replica, String path) throws IOException, InterruptedException {
    String base = replica.toString();
    URI url = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    HttpRequest request = HttpRequest.newBuilder(url).header("Accept", "text/plain, */*").build();
    try {
      HttpResponse<String> response = BoundedHttp.send(http, request, answerMax, BYTES_MAX);
      return new Page(response.statusCode(), response.body());
    } catch (ConnectException e) {
      throw new IOException(url + " cannot be reached: connection refused, or no such host", e);
    } catch (HttpTimeoutException e) {
      throw new IOException(
          url + " did not answer as a whole within " + answerMax.toSeconds() + " s", e);
    } catch (IOException e) {
      throw new IOException(url + " cannot be read: " + e.getMessage(), e);
    }
  }

  /// The numbers of all replicas, added up.
  ///
  /// @throws IOException saying in one clause which replica has none
  Map<Series, Double> metrics() throws IOException, InterruptedException {
    Map<Series, Double> sums = new HashMap<>();
    for (URI replica : replicas) {
      Page page = get(replica, "/metrics");
      if (page.status() != 200) {
        throw new IOException(replica + "/metrics was answered " + page.status());
      }
      try {
        PrometheusText.parse(page.text())
            .forEach((series, value) -> sums.merge(series, value, Double::sum));
      } catch (IllegalArgumentException e) {
        throw new IOException(
            replica + "/metrics is not in Prometheus' text format: " + e.getMessage(), e);
      }
    }
    return sums;
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
