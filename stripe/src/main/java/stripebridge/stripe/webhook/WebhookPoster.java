package stripebridge.stripe.webhook;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Posts webhooks and reads the responses. Follows no redirects, as Stripe does not. Thread-safe.
public final class WebhookPoster implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  // Longer than the bridge takes with the slowest disk; Stripe itself gives up sooner.
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  // Far above any response of ours or a proxy's error page, but bounds the memory.
  private static final int BYTES_MAX = 1024 * 1024;

  private final HttpClient http;
  private final Duration answerMax;

  /// Trusts the CAs that Java trusts.
  public WebhookPoster() {
    this(null);
  }

  /// @param tls how `https:` servers are judged; absent for the CAs that Java trusts
  public WebhookPoster(@Nullable SSLContext tls) {
    this(tls, ANSWER_MAX);
  }

  WebhookPoster(@Nullable SSLContext tls, Duration answerMax) {
    this.answerMax = answerMax;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_MAX)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    this.http = tls == null ? builder.build() : builder.sslContext(tls).build();
  }

  /// Posts one webhook.
  ///
  /// @param url the endpoint, such as `http://localhost:8080/webhooks/stripe`
  /// @param signature the value of `Stripe-Signature`; absent to send none
  public PostResult post(URI url, byte[] body, @Nullable String signature)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json; charset=utf-8")
            .header("User-Agent", "stripebridge")
            .POST(BodyPublishers.ofByteArray(body));
    if (signature != null) {
      request.header("Stripe-Signature", signature);
    }
    long start = System.nanoTime();
    try {
      HttpResponse<String> response = BoundedHttp.send(http, request.build(), answerMax, BYTES_MAX);
      return answered(response.statusCode(), response.body(), since(start));
    } catch (IOException e) {
      return new PostResult.Unreachable(reason(e), since(start));
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }

  private static PostResult answered(int status, String text, Duration latency) {
    JsonObject json = json(text);
    boolean duplicate =
        json.get("duplicate") instanceof JsonPrimitive value && value.getAsBoolean();
    return new PostResult.Answered(
        status, duplicate, text(json.get("error")), text(json.get("message")), latency);
  }

  /// A proxy may answer with something other than JSON.
  private static JsonObject json(String text) {
    try {
      return JsonParser.parseString(text) instanceof JsonObject object ? object : new JsonObject();
    } catch (JsonParseException _) {
      return new JsonObject();
    }
  }

  private static @Nullable String text(@Nullable JsonElement value) {
    return value instanceof JsonPrimitive text && text.isString() ? text.getAsString() : null;
  }

  /// The client's own messages are often empty or name classes.
  private String reason(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "there is no such host";
      }
    }
    return switch (failure) {
      case HttpConnectTimeoutException _ ->
          "no connection within " + CONNECT_MAX.toSeconds() + " s";
      case HttpTimeoutException _ -> "no whole answer within " + answerMax.toSeconds() + " s";
      case ConnectException _ -> "connection refused";
      case SSLException tls -> "TLS failed: " + tls.getMessage();
      default ->
          failure.getMessage() == null || failure.getMessage().isBlank()
              ? "the connection broke"
              : "the answer could not be read: " + failure.getMessage();
    };
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
