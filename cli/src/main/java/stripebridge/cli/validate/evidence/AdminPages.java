package stripebridge.cli.validate.evidence;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stripebridge.stripe.webhook.BoundedHttp;

/// `/health`, `/ready` and `/metrics` of every replica of the bridge.
public final class AdminPages implements AutoCloseable {
  // A metrics page has some 100 KB; a page of another server must not fill the memory.
  private static final int BYTES_MAX = 16 * 1024 * 1024;

  private final List<URI> replicas;
  private final Duration answerMax;
  private final HttpClient http;

  public AdminPages(List<URI> replicas, Duration answerMax) {
    this.replicas = List.copyOf(replicas);
    this.answerMax = answerMax;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(answerMax)
            .build();
  }

  public record Page(int status, String text) {}

  public List<URI> replicas() {
    return replicas;
  }

  /// Parses the value of `--admin-url`.
  ///
  /// @throws IllegalArgumentException for anything but an HTTP URL of a host
  public static URI baseUrl(String text) {
    try {
      URI uri = new URI(text.replaceFirst("/+$", ""));
      if (Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getQuery() == null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // Reported below.
    }
    throw new IllegalArgumentException("--admin-url takes an http:// or https:// URL of a host");
  }

  /// The base URL of each address of a host: of the addresses of version 4, or else of all. A
  /// replica with an address of each version would count twice.
  public static List<URI> ofEachAddress(URI url, List<InetAddress> addresses) {
    List<InetAddress> preferred =
        addresses.stream().filter(Inet4Address.class::isInstance).toList();
    return (preferred.isEmpty() ? addresses : preferred)
        .stream()
            .map(InetAddress::getHostAddress)
            .map(address -> address.contains(":") ? "[" + address + "]" : address)
            .map(address -> {
              String port = url.getPort() < 0 ? "" : ":" + url.getPort();
              return URI.create(url.getScheme() + "://" + address + port + url.getRawPath());
            })
            .toList();
  }

  /// Fetches one page of one replica.
  ///
  /// @param path such as `/health`
  /// @throws IOException saying in one clause why it cannot be read
  public Page get(URI replica, String path) throws IOException, InterruptedException {
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
          url + " did not answer in full within " + answerMax.toSeconds() + " s", e);
    } catch (IOException e) {
      throw new IOException(url + " cannot be read: " + e.getMessage(), e);
    }
  }

  /// The metrics of all replicas, added up.
  ///
  /// @throws IOException saying in one clause which replica cannot be read
  public Map<Series, Double> metrics() throws IOException, InterruptedException {
    Map<Series, Double> sums = new HashMap<>();
    for (URI replica : replicas) {
      Page page = get(replica, "/metrics");
      if (page.status() != 200) {
        throw new IOException(replica + "/metrics answered " + page.status());
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
