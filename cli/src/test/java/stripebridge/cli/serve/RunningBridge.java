package stripebridge.cli.serve;

import com.stripe.net.Webhook;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import stripebridge.cli.CliHarness;

/// What Stripe and Prometheus do with a bridge that runs.
record RunningBridge(String url) {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String LISTENING = "\"url\":\"(http://127.0.0.1:\\d+)/webhooks/stripe\"";

  /// Waits until it listens.
  static RunningBridge await(CliHarness.Running serve) throws InterruptedException {
    return new RunningBridge(serve.await(LISTENING).group(1));
  }

  /// Posts an event of `acct_7`, and returns the status of the response.
  int post(String secret, String id, String type) throws Exception {
    String body =
        """
        {"id":"%s","object":"event","type":"%s","api_version":"2026-07-29.dahlia",
        "created":1790000000,"livemode":false,"account":"acct_7","data":{"object":{"id":"re_1",
        "object":"refund","amount":4200}}}\
        """
            .formatted(id, type);
    long time = Instant.now().getEpochSecond();
    String signature = Webhook.Util.computeHmacSha256(secret, time + "." + body);
    return send(HttpRequest.newBuilder(URI.create(url + "/webhooks/stripe"))
            .header("Stripe-Signature", "t=" + time + ",v1=" + signature)
            .POST(BodyPublishers.ofString(body))
            .build())
        .statusCode();
  }

  String metrics() throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url + "/metrics")).build()).body();
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return CLIENT.send(request, BodyHandlers.ofString());
  }
}
