package stripebridge.stripe.api;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.CardException;
import com.stripe.exception.StripeException;
import com.stripe.model.StripeError;
import com.stripe.net.ApiResource.RequestMethod;
import com.stripe.net.RawRequestOptions;
import com.stripe.net.StripeResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.StripeApiSettings;
import stripebridge.stripe.api.StripeApiException.Kind;

/// Calls Stripe's API with Stripe's own library, which retries after network errors and failures of
/// Stripe. Too many requests (429) are retried here, with growing pauses.
///
/// Not thread-safe.
final class StripeApi {
  /// Keys of test mode: secret, restricted, and those of an organization.
  private static final Pattern TEST_KEY = Pattern.compile("(sk|rk)_(org_)?test_\\S+");

  private static final Pattern ANY_KEY = Pattern.compile("\\b[a-z]{2}_(org_)?(test|live)_\\S+");

  private static final int NETWORK_RETRIES = 2;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int READ_MILLIS = 30_000;
  private static final int BUSY_RETRIES = 5;
  private static final Duration BUSY_PAUSE = Duration.ofMillis(500);

  private final StripeClient client;
  private final String base;
  private final @Nullable String account;
  private final Pause pause;

  /// @param account the connected account to act for; absent for the key's own
  StripeApi(StripeApiSettings settings, @Nullable String account, Pause pause) {
    this.client =
        StripeClient.builder()
            .setApiKey(settings.key().reveal())
            .setApiBase(settings.base().toString())
            .setMaxNetworkRetries(NETWORK_RETRIES)
            .setConnectTimeout(CONNECT_MILLIS)
            .setReadTimeout(READ_MILLIS)
            .build();
    this.base = settings.base().toString();
    this.account = account;
    this.pause = pause;
  }

  /// Whether a key is harmless. A key of an unknown form counts as harmful.
  static boolean isTestKey(String key) {
    return TEST_KEY.matcher(key).matches();
  }

  /// Stripe's response to a request that it understood.
  sealed interface ApiResponse {
    /// The returned object.
    JsonObject json();

    /// The request succeeded.
    record Done(JsonObject json) implements ApiResponse {}

    /// The card was declined.
    ///
    /// @param json `charge` and `payment_intent.id`, as far as Stripe named them
    record Declined(JsonObject json, String message) implements ApiResponse {}
  }

  /// Sends one request, and retries it while Stripe is busy.
  ///
  /// @param idempotencyKey makes a retry the same request; POST only
  ApiResponse send(
      Step.Method method, String path, Map<String, String> parameters, String idempotencyKey)
      throws StripeApiException, InterruptedException {
    RawRequestOptions.RawRequestOptionsBuilder options = RawRequestOptions.builder();
    if (method == Step.Method.POST) {
      options.setIdempotencyKey(idempotencyKey);
    }
    if (account != null) {
      options.setStripeAccount(account);
    }
    String form = form(parameters);
    boolean inUrl = method == Step.Method.GET && !form.isEmpty();
    String url = "/v1/" + path + (inUrl ? "?" + form : "");
    String content = method == Step.Method.POST ? form : null;
    for (int tries = 0; ; tries++) {
      try {
        StripeResponse response =
            client.rawRequest(RequestMethod.valueOf(method.name()), url, content, options.build());
        return new ApiResponse.Done(JsonParser.parseString(response.body()).getAsJsonObject());
      } catch (CardException e) {
        return declined(e);
      } catch (StripeException e) {
        if (e.getStatusCode() == null || e.getStatusCode() != 429 || tries == BUSY_RETRIES) {
          throw failure(method, path, e);
        }
      }
      pause.pause(BUSY_PAUSE.multipliedBy(1L << tries));
    }
  }

  private static ApiResponse declined(CardException e) {
    JsonObject error = new JsonObject();
    error.addProperty("charge", e.getCharge());
    StripeError details = e.getStripeError();
    if (details != null && details.getPaymentIntent() != null) {
      JsonObject intent = new JsonObject();
      intent.addProperty("id", details.getPaymentIntent().getId());
      error.add("payment_intent", intent);
    }
    return new ApiResponse.Declined(error, reason(e));
  }

  private StripeApiException failure(Step.Method method, String path, StripeException e) {
    String call = "cannot " + method + " " + base + "/v1/" + path + ": ";
    int status = e.getStatusCode() == null ? 0 : e.getStatusCode();
    if (e instanceof ApiConnectionException || status == 0) {
      // The library's message is a page of advice.
      Throwable cause = e.getCause();
      String why = cause == null ? "no connection" : masked(String.valueOf(cause.getMessage()));
      return new StripeApiException(Kind.UNAVAILABLE, call + why);
    }
    return switch (status) {
      // Stripe's own sentence repeats the end of the key.
      case 401 -> new StripeApiException(Kind.REFUSED, call + "Stripe refused the key (401)");
      case 403 -> new StripeApiException(Kind.REFUSED, call + "403 " + reason(e));
      case 429 ->
          new StripeApiException(
              Kind.UNAVAILABLE, call + "429, also after " + BUSY_RETRIES + " more attempts");
      default ->
          new StripeApiException(
              status >= 500 ? Kind.UNAVAILABLE : Kind.UNEXPECTED, call + status + " " + reason(e));
    };
  }

  private static String reason(StripeException e) {
    StripeError error = e.getStripeError();
    String message = error == null ? null : error.getMessage();
    return message == null ? "without a reason" : masked(message.lines().findFirst().orElse(""));
  }

  private static String masked(String text) {
    return ANY_KEY.matcher(text).replaceAll("***");
  }

  private static String form(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
