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

/// Asks a broker by SEMP: four requests at a time and below a rate, again where that can help.
///
/// What can help is asking again after 429, 5xx (529 is SEMP's own: it has no session left) and
/// where no answer came. That may repeat what was done already, so who asks must take "exists
/// already" and "is not there" for what they then are. Safe for many threads.
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
  private final RateLimiter pace;
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
    this.pace = new RateLimiter(options.requestsPerSecond(), clock, sleeper);
  }

  /// Asks, and takes a refusal for a failure.
  JsonObject done(SempOperation deed, Request request)
      throws BrokerException, InterruptedException {
    return switch (ask(deed, request)) {
      case SempAnswer.Done(JsonObject body) -> body;
      case SempAnswer.Refusal refusal -> throw SempErrors.of(deed, refusal);
    };
  }

  /// Asks until there is an answer that asking again does not change.
  ///
  /// @throws BrokerException.Unavailable when there is none in time
  /// @throws BrokerException.Invalid when what answers is no SEMP
  SempAnswer ask(SempOperation deed, Request request) throws BrokerException, InterruptedException {
    Duration left = options.timeout();
    for (int tries = 1; ; tries++) {
      Try outcome = once(request, left);
      String seen;
      @Nullable IOException cause = outcome.failure();
      if (cause != null) {
        seen = words(cause);
        giveUpIfUseless(deed, seen, cause);
      } else {
        SempHttp.Answer answer = Objects.requireNonNull(outcome.answer());
        if (!passes(answer.status())) {
          return read(deed, answer);
        }
        seen = seen(deed, answer);
      }
      Duration wait = backoff(tries);
      left = left.minus(outcome.took()).minus(wait);
      if (tries == TRIES_MAX || !left.isPositive()) {
        throw unavailable(deed, seen + (tries == 1 ? "" : " (" + tries + " tries)"), cause);
      }
      sleeper.pause(wait);
    }
  }

  /// One of the two, and how long it took.
  private record Try(
      SempHttp.@Nullable Answer answer, @Nullable IOException failure, Duration took) {}

  /// Waiting for one's turn does not count: with a thousand questions at once it is long.
  private Try once(Request request, Duration left) throws InterruptedException {
    permits.acquire();
    try {
      pace.await();
      Instant start = clock.instant();
      Duration limit = options.answerTimeout();
      try {
        SempHttp.Answer answer = http.send(request, left.compareTo(limit) < 0 ? left : limit);
        reached = true;
        return new Try(answer, null, Duration.between(start, clock.instant()));
      } catch (IOException e) {
        return new Try(null, e, Duration.between(start, clock.instant()));
      }
    } finally {
      permits.release();
    }
  }

  private void giveUpIfUseless(SempOperation deed, String seen, IOException failure)
      throws BrokerException {
    if (closed) {
      throw unavailable(deed, "the connection was closed", failure);
    }
    if (isUntrusted(failure)) {
      throw new BrokerException.Invalid(cannot(deed, seen), failure);
    }
    // Later it may be a broker that is restarting.
    if (!reached && cannotConnect(failure)) {
      throw unavailable(deed, seen, failure);
    }
  }

  /// Doubles with each try; the random half keeps two provisioners from asking in step.
  private Duration backoff(int tries) {
    long full = BACKOFF_FIRST.toMillis() << (tries - 1);
    return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
  }

  /// Whether an answer of that status may be another one soon.
  private static boolean passes(int status) {
    return status >= 500 || status == 429;
  }

  private SempAnswer read(SempOperation deed, SempHttp.Answer answer) throws BrokerException {
    Optional<JsonObject> envelope = envelope(answer.body());
    if (envelope.isPresent()) {
      JsonElement error = envelope.get().getAsJsonObject("meta").get("error");
      if (error instanceof JsonObject object) {
        return new SempAnswer.Refusal(
            answer.status(),
            (int) SempJson.number(object, "code").orElse(0),
            SempJson.text(object, "status").orElse(""),
            SempJson.text(object, "description").orElse(""));
      }
      if (answer.status() == 200) {
        return new SempAnswer.Done(envelope.get());
      }
    }
    if (answer.status() == 401 || answer.status() == 403) {
      return new SempAnswer.Refusal(answer.status(), 0, "HTTP " + answer.status(), "");
    }
    throw new BrokerException.Invalid(
        cannot(deed, "what answers at " + base + " is no SEMP: " + seen(deed, answer)), null);
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

  private static String seen(SempOperation deed, SempHttp.Answer answer) {
    String type = answer.contentType().replaceFirst(";.*", "").strip();
    String what =
        envelope(answer.body())
            .map(envelope -> envelope.getAsJsonObject("meta").get("error"))
            .flatMap(error ->
                error instanceof JsonObject object
                    ? SempJson.text(object, "description")
                    : Optional.empty())
            .map(description -> ": " + deed.masked(description))
            .orElse(type.isEmpty() ? "" : " with " + type);
    return "HTTP " + answer.status() + what;
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
      return "no answer in time from " + where;
    }
    if (failure instanceof UnknownHostException) {
      return "no host of the name '" + base.getHost() + "'";
    }
    if (isUntrusted(failure)) {
      return "the certificate of " + where + " is not trusted: " + failure.getMessage();
    }
    return "no answer from " + where + ": " + failure.getMessage();
  }

  private static BrokerException unavailable(
      SempOperation deed, String seen, @Nullable IOException cause) {
    return new BrokerException.Unavailable(cannot(deed, seen), cause);
  }

  private static String cannot(SempOperation deed, String seen) {
    return "cannot " + deed.text() + ": " + seen;
  }

  @Override
  public void close() {
    closed = true;
    http.close();
  }
}
