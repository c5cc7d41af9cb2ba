package stripebridge.service.secret;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.secret.ConfiguredSecret;
import stripebridge.core.secret.SecretLedger;
import stripebridge.core.secret.SecretStatus;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.ServiceLog;
import stripebridge.service.telemetry.Trace;

/// A thread that reports this process's secrets to the inbox: at the start, when they change, once
/// a minute, and at the end. So a kill loses at most a minute of last uses.
public final class SecretWatch implements AutoCloseable {
  /// The inbox's memo with the ledger.
  public static final String MEMO = "secrets";

  private static final Duration INTERVAL = Duration.ofMinutes(1);

  // Each failed attempt means that another replica's succeeded.
  private static final int ATTEMPTS_MAX = 100;
  private static final Duration CLOSING_MAX = Duration.ofSeconds(1);

  private final Parts parts;
  private final SecretUses uses;
  private final Semaphore wanted = new Semaphore(0);
  private final Thread thread;
  private volatile boolean isClosed;
  private volatile @Nullable SecretLedger ledger;
  private final AtomicReference<Optional<List<EndpointSecret>>> next =
      new AtomicReference<>(Optional.empty());
  private boolean hasFailed;

  /// Where it reports, and as whom.
  ///
  /// @param replica this process's name, without spaces; unique among those that share the inbox
  /// @param clock the wall clock
  /// @param randomBytes makes an unpredictable array of this length
  public record Parts(
      Inbox inbox,
      String replica,
      InstantSource clock,
      ServiceLog log,
      IntFunction<byte[]> randomBytes) {}

  private SecretWatch(Parts parts, List<EndpointSecret> secrets) {
    this.parts = parts;
    this.uses = new SecretUses(secrets);
    this.thread = Thread.ofPlatform().daemon().name("secret-watch").unstarted(this::run);
  }

  /// Not started: nothing is reported until [#start].
  public static SecretWatch of(Parts parts, List<EndpointSecret> secrets) {
    return new SecretWatch(parts, secrets);
  }

  /// Reports from now on.
  public void start() {
    thread.start();
  }

  /// To be told of each genuine webhook.
  public SecretUses uses() {
    return uses;
  }

  /// These secrets verify webhooks from now on; reported soon.
  public void use(List<EndpointSecret> secrets) {
    uses.add(secrets);
    next.set(Optional.of(secrets));
    wanted.release();
  }

  private void run() {
    try {
      while (!isClosed) {
        tryToReport(false);
        useNext();
        boolean _ = wanted.tryAcquire(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        int _ = wanted.drainPermits();
      }
      useNext();
      tryToReport(true);
    } catch (InterruptedException _) {
      // The inbox hangs while the service stops: the last report ends by itself.
    }
  }

  /// First reports the last uses of the secrets that go.
  private void useNext() {
    Optional<List<EndpointSecret>> secrets = next.getAndSet(Optional.empty());
    if (secrets.isPresent()) {
      tryToReport(false);
      uses.use(secrets.get());
      tryToReport(false);
    }
  }

  /// Webhooks do not need it, so a failure is only logged, and only once.
  private void tryToReport(boolean isLast) {
    try {
      report(isLast);
      hasFailed = false;
    } catch (InboxException e) {
      if (!hasFailed && !isLast) {
        parts.log.log(LogEvent.SECRETS_NOT_RECORDED, "cause", String.valueOf(e.getMessage()));
      }
      hasFailed = true;
    } catch (RuntimeException e) {
      // One report must not be the last.
      parts.log.log(
          LogEvent.BUG, "what", "recording the use of secrets failed", "trace", Trace.of(e));
    }
  }

  private void report(boolean isLast) throws InboxException {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      String before = parts.inbox.memo(MEMO);
      if (SecretLedger.isOfLaterRelease(before)) {
        throw new InboxException.Unavailable(
            "a bridge of a later release records them in this inbox", null);
      }
      SecretLedger read = SecretLedger.parse(before).orElseGet(() -> begin(before));
      Instant now = parts.clock.instant();
      List<ConfiguredSecret> secrets = configured(read);
      SecretLedger after = read.after(parts.replica, now, isLast, secrets);
      if (parts.inbox.replaceMemo(MEMO, before, after.text())) {
        ledger = after;
        secrets.stream()
            .filter(secret -> !read.knows(secret.fingerprint()))
            .forEach(secret ->
                parts.log.log(
                    LogEvent.SECRET_FIRST_SEEN,
                    "label",
                    secret.label(),
                    "fingerprint",
                    secret.fingerprint()));
        return;
      }
    }
    throw new InboxException.Unavailable("other replicas kept changing the memo", null);
  }

  private SecretLedger begin(String before) {
    if (!before.isEmpty()) {
      parts.log.log(
          LogEvent.SECRETS_NOT_RECORDED,
          "cause",
          "what the inbox knew of them is damaged; their ages begin again");
    }
    return SecretLedger.empty(parts.randomBytes);
  }

  private List<ConfiguredSecret> configured(SecretLedger read) {
    List<ConfiguredSecret> secrets = new ArrayList<>();
    for (SecretUses.Used used : uses.all()) {
      EndpointSecret secret = used.secret();
      secrets.add(
          new ConfiguredSecret(
              read.fingerprint(secret.secret()),
              secret.name(),
              Optional.ofNullable(secret.since()),
              used.last()));
    }
    return secrets;
  }

  /// The age of the oldest secret of each label; without those that are not yet reported.
  public Map<String, Duration> ages() {
    SecretLedger known = ledger;
    Map<String, Duration> ages = new HashMap<>();
    if (known != null) {
      SecretStatus status = known.status(parts.clock.instant(), Optional.empty());
      for (SecretUses.Used used : uses.all()) {
        String fingerprint = known.fingerprint(used.secret().secret());
        status.secrets().stream()
            .filter(row -> row.fingerprint().equals(fingerprint))
            .forEach(row ->
                ages.merge(
                    used.secret().name(),
                    row.age(),
                    (one, other) -> one.compareTo(other) > 0 ? one : other));
      }
    }
    return ages;
  }

  /// Reports for the last time, unless the inbox hangs.
  @Override
  public void close() {
    isClosed = true;
    wanted.release();
    try {
      boolean hasEnded = thread.join(CLOSING_MAX);
      if (!hasEnded) {
        thread.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
