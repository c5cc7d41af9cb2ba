package stripebridge.solace.admin;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;

/// Sends requests to SEMP: four at a time, below a rate, and again where a retry can help.
///
/// A retry can help after 429, 5xx (529 is SEMP's own: it has no session left) and where no
/// response came. It may repeat what was already done, so callers must expect "already exists" and
/// "not found" after their own success. Thread-safe.
final class SempConnection implements AutoCloseable {
  private static final int AT_ONCE = 4;
  private static final int TRIES_MAX = 6;
  private static final Duration BACKOFF_FIRST = Duration.ofMillis(200);

  private final SempHttp http;
  private final URI base;
  private final SempOptions options;
  private final InstantSource clock;
  private final Sleeper sleeper;
  private final RandomGenerator random;
  private final RateLimiter rateLimiter;
  private final Semaphore permits = new Semaphore(AT_ONCE, true);
  private volatile boolean reached;
  private volatile boolean closed;

  SempConnection(
      SempHttp http,
      URI base,
      SempOptions options,
      InstantSource clock,
      Sleeper sleeper,
      RandomGenerator random) {
    this.http = http;
    this.base = base;
    this.options = options;
    this.clock = clock;
    this.sleeper = sleeper;
    this.random = random;
    this.rateLimiter = new RateLimiter(options.requestsPerSecond(), clock, sleeper);
  }

  /// Sends a request; a refusal is an exception.
  JsonObject done(SempOperation operation, Request request)
      throws BrokerException, InterruptedException {
    return switch (ask(operation, request)) {
      case SempResponse.Done(JsonObject body) -> body;
      case SempResponse.Refusal refusal -> throw SempErrors.of(operation, refusal);
    };
  }

  /// Sends a request until there is a response that a retry would not change.
  ///
  /// @throws BrokerException.Unavailable when there is no such response in time
  /// @throws BrokerException.Invalid when the server is not SEMP
  SempResponse ask(SempOperation operation, Request request)
      throws BrokerException, InterruptedException {
    Duration left = options.timeout();
    for (int tries = 1; ; tries++) {
      Try outcome = once(request, left);
      String seen;
      @Nullable IOException cause = outcome.failure();
      if (cause != null) {
        seen = words(cause);
        giveUpIfUseless(operation, seen, cause);
      } else {
        SempHttp.RawResponse response = Objects.requireNonNull(outcome.response());
        if (!isTransient(response.status())) {
          return read(operation, response);
        }
        seen = seen(operation, response);
      }
      Duration wait = backoff(tries);
      left = left.minus(outcome.took()).minus(wait);
      if (tries == TRIES_MAX || !left.isPositive()) {
        throw unavailable(operation, seen + (tries == 1 ? "" : " (" + tries + " tries)"), cause);
      }
      sleeper.pause(wait);
    }
  }

  /// The response or the failure, and how long it took.
  private record Try(
      SempHttp.@Nullable RawResponse response, @Nullable IOException failure, Duration took) {}

  /// The wait for a turn does not count: with a thousand requests at once it is long.
  private Try once(Request request, Duration left) throws InterruptedException {
    permits.acquire();
    try {
      rateLimiter.await();
      Instant start = clock.instant();
      Duration limit = options.answerTimeout();
      try {
        SempHttp.RawResponse response =
            http.send(request, left.compareTo(limit) < 0 ? left : limit);
        reached = true;
        return new Try(response, null, Duration.between(start, clock.instant()));
      } catch (IOException e) {
        return new Try(null, e, Duration.between(start, clock.instant()));
      }
    } finally {
      permits.release();
    }
  }

  private void giveUpIfUseless(SempOperation operation, String seen, IOException failure)
      throws BrokerException {
    if (closed) {
      throw unavailable(operation, "the connection was closed", failure);
    }
    if (isUntrusted(failure)) {
      throw new BrokerException.Invalid(cannot(operation, seen), failure);
    }
    // A broker that was reached before may be restarting.
    if (!reached && cannotConnect(failure)) {
      throw unavailable(operation, seen, failure);
    }
  }

  /// Doubles with each try; the random half keeps two provisioners out of step.
  private Duration backoff(int tries) {
    long full = BACKOFF_FIRST.toMillis() << (tries - 1);
    return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
  }

  /// Whether a retry may get another status.
  private static boolean isTransient(int status) {
    return status >= 500 || status == 429;
  }

  private SempResponse read(SempOperation operation, SempHttp.RawResponse response)
      throws BrokerException {
    Optional<JsonObject> envelope = envelope(response.body());
    if (envelope.isPresent()) {
      JsonElement error = envelope.get().getAsJsonObject("meta").get("error");
      if (error instanceof JsonObject object) {
        return new SempResponse.Refusal(
            response.status(),
            (int) SempJson.number(object, "code").orElse(0),
            SempJson.text(object, "status").orElse(""),
            SempJson.text(object, "description").orElse(""));
      }
      if (response.status() == 200) {
        return new SempResponse.Done(envelope.get());
      }
    }
    if (response.status() == 401 || response.status() == 403) {
      return new SempResponse.Refusal(response.status(), 0, "HTTP " + response.status(), "");
    }
    throw new BrokerException.Invalid(
        cannot(operation, "the server at " + base + " is not SEMP: " + seen(operation, response)),
        null);
  }

  private static Optional<JsonObject> envelope(String body) {
    try {
      return JsonParser.parseString(body) instanceof JsonObject object
              && object.get("meta") instanceof JsonObject
          ? Optional.of(object)
          : Optional.empty();
    } catch (JsonParseException _) {
      return Optional.empty();
    }
  }

  private static String seen(SempOperation operation, SempHttp.RawResponse response) {
    String type = response.contentType().replaceFirst(";.*", "").strip();
    String what =
        envelope(response.body())
            .map(envelope -> envelope.getAsJsonObject("meta").get("error"))
            .flatMap(error ->
                error instanceof JsonObject object
                    ? SempJson.text(object, "description")
                    : Optional.empty())
            .map(description -> ": " + operation.masked(description))
            .orElse(type.isEmpty() ? "" : " with " + type);
    return "HTTP " + response.status() + what;
  }

  private static boolean cannotConnect(IOException failure) {
    return failure instanceof ConnectException
        || failure instanceof SSLException
        || failure instanceof NoRouteToHostException
        || failure instanceof UnknownHostException;
  }

  private static boolean isUntrusted(IOException failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof CertificateException || at instanceof SSLPeerUnverifiedException) {
        return true;
      }
    }
    return false;
  }

  private String words(IOException failure) {
    String where = base.toString();
    if (failure instanceof InterruptedIOException) {
      return "no response in time from " + where;
    }
    if (failure instanceof UnknownHostException) {
      return "there is no host '" + base.getHost() + "'";
    }
    if (isUntrusted(failure)) {
      return "the certificate of " + where + " is not trusted: " + failure.getMessage();
    }
    return "no response from " + where + ": " + failure.getMessage();
  }

  private static BrokerException unavailable(
      SempOperation operation, String seen, @Nullable IOException cause) {
    return new BrokerException.Unavailable(cannot(operation, seen), cause);
  }

  private static String cannot(SempOperation operation, String seen) {
    return "cannot " + operation.text() + ": " + seen;
  }

  @Override
  public void close() {
    closed = true;
    http.close();
  }
}
