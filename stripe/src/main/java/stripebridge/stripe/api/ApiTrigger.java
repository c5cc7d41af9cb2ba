package stripebridge.stripe.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.Secret;
import stripebridge.core.config.StripeApiSettings;
import stripebridge.stripe.api.StripeApiException.Kind;

/// Makes Stripe send events: creates in test mode the objects they are about, then removes them.
///
/// Not thread-safe.
public final class ApiTrigger {
  private static final Pattern NAME = Pattern.compile("\\$\\{([a-z]+)}");
  // Stripe lists an event a moment after the call that caused it.
  private static final int LOOKS = 10;
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  // Clocks differ; an older event is not ours.
  private static final Duration CLOCKS_MAX = Duration.ofMinutes(5);

  private final StripeApi api;
  private final Pause pause;
  private final InstantSource clock;
  private final boolean keeps;
  private final Consumer<String> leftBehind;
  private final String run = UUID.randomUUID().toString();
  private long calls;

  /// @param account the connected account to act for; absent for the key's own
  /// @param pause how to wait for Stripe
  /// @param keeps whether created objects stay
  /// @param leftBehind takes a line for each object that could not be removed
  /// @throws IllegalArgumentException for a key that is not a test mode key; check [#isTestKey]
  ///   first
  public ApiTrigger(
      StripeApiSettings settings,
      @Nullable String account,
      Pause pause,
      InstantSource clock,
      boolean keeps,
      Consumer<String> leftBehind) {
    if (!isTestKey(settings.key())) {
      throw new IllegalArgumentException("not a test mode key");
    }
    this.api = new StripeApi(settings, account, pause);
    this.pause = pause;
    this.clock = clock;
    this.keeps = keeps;
    this.leftBehind = leftBehind;
  }

  /// Whether a key is a test mode key; all others are refused.
  public static boolean isTestKey(Secret key) {
    return StripeApi.isTestKey(key.reveal());
  }

  /// The result for one type.
  ///
  /// @param eventId absent when Stripe did not list the event within ten seconds
  /// @param latency how long the calls took that led to the event
  public record Triggered(@Nullable String eventId, Duration latency) {}

  /// Makes Stripe send one event.
  ///
  /// @param type one of [Recipes#types]
  public Triggered trigger(String type) throws StripeApiException, InterruptedException {
    Recipe recipe = Recipes.of(type);
    Map<String, String> saved = new HashMap<>();
    List<Step.Call> undo = new ArrayList<>();
    long since = clock.instant().minus(CLOCKS_MAX).getEpochSecond();
    try {
      long start = System.nanoTime();
      for (Step step : recipe.steps()) {
        run(step, saved);
        undo.addAll(0, step.undo());
      }
      Duration latency = Duration.ofNanos(System.nanoTime() - start);
      return new Triggered(eventId(type, saved.get(recipe.subject()), since), latency);
    } finally {
      if (!keeps) {
        undo(undo, saved);
      }
    }
  }

  private void run(Step step, Map<String, String> saved)
      throws StripeApiException, InterruptedException {
    StripeApi.ApiResponse response = send(step.call(), saved);
    switch (response) {
      case StripeApi.ApiResponse.Done _ when step.isDeclined() ->
          throw new StripeApiException(
              Kind.UNEXPECTED,
              "Stripe accepted a card at " + step.call().path() + " that it should decline");
      case StripeApi.ApiResponse.Declined(_, String message) when !step.isDeclined() ->
          throw new StripeApiException(
              Kind.UNEXPECTED, "Stripe declined a card at " + step.call().path() + ": " + message);
      default ->
          step.saves()
              .forEach((name, path) -> {
                String found = text(response.json(), path);
                if (found != null) {
                  saved.put(name, found);
                }
              });
    }
  }

  private StripeApi.ApiResponse send(Step.Call call, Map<String, String> saved)
      throws StripeApiException, InterruptedException {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (Map.Entry<String, String> parameter : call.parameters().entrySet()) {
      parameters.put(parameter.getKey(), filled(parameter.getValue(), saved));
    }
    calls++;
    return api.send(
        call.method(), filled(call.path(), saved), parameters, "stripebridge-" + run + "-" + calls);
  }

  private static String filled(String text, Map<String, String> saved) throws StripeApiException {
    Matcher names = NAME.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (names.find()) {
      String value = saved.get(names.group(1));
      if (value == null) {
        throw new StripeApiException(
            Kind.UNEXPECTED, "Stripe's answers lack the id that '" + text + "' needs");
      }
      names.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return names.appendTail(filled).toString();
  }

  /// Finds the event that names the created object.
  private @Nullable String eventId(String type, @Nullable String subject, long since)
      throws StripeApiException, InterruptedException {
    if (subject == null) {
      return null;
    }
    Map<String, String> wanted = new LinkedHashMap<>();
    wanted.put("type", type);
    wanted.put("created[gte]", Long.toString(since));
    wanted.put("limit", "100");
    for (int looks = 1; ; looks++) {
      JsonObject list = api.send(Step.Method.GET, "events", wanted, "").json();
      if (list.get("data") instanceof JsonArray events) {
        for (JsonElement event : events) {
          if (event.toString().contains("\"" + subject + "\"")) {
            return text(event.getAsJsonObject(), "id");
          }
        }
      }
      if (looks == LOOKS) {
        return null;
      }
      pause.pause(BETWEEN_LOOKS);
    }
  }

  /// Goes on after a failure, which must neither hide an earlier one nor stop the rest.
  private void undo(List<Step.Call> undo, Map<String, String> saved) throws InterruptedException {
    for (Step.Call call : undo) {
      try {
        if (NAME.matcher(call.path()).results().allMatch(it -> saved.containsKey(it.group(1)))) {
          StripeApi.ApiResponse _ = send(call, saved);
        }
      } catch (StripeApiException e) {
        leftBehind.accept(String.valueOf(e.getMessage()));
      }
    }
  }

  private static @Nullable String text(JsonObject json, String path) {
    JsonElement value = json;
    for (String step : path.split("\\.", -1)) {
      value = value instanceof JsonObject object ? object.get(step) : null;
    }
    return value != null && value.isJsonPrimitive() ? value.getAsString() : null;
  }
}
