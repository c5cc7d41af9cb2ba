package stripebridge.core.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import stripebridge.core.config.Secret;

/// What the replicas that share an inbox know about their webhook secrets. It has no secret in it:
/// each is named by a fingerprint, which cannot be computed without the key of this inbox.
///
/// Immutable. A caller must store it only in place of the ledger that it was made from: so all
/// replicas have one key, and no report is lost.
public final class SecretLedger {
  /// How long a report counts, should the replica never report again. Replicas report once a
  /// minute; their clocks may differ by the tolerance for Stripe's signatures.
  public static final Duration REPORT_LIFE = Duration.ofMinutes(5);

  /// How long a secret must have verified nothing to be called unused.
  public static final Duration UNUSED_MIN = Duration.ofDays(2);

  // While no replica ran for longer, no secret could be used. A restart is shorter.
  private static final Duration GAP_MAX = Duration.ofHours(1);

  // Twice what may be configured: a secret that comes back is known again.
  static final int SECRETS_MAX = 200;

  private static final int KEY_BYTES = 32;
  private static final int FINGERPRINT_BYTES = 4;
  private static final String ALGORITHM = "HmacSHA256";

  private final String key;
  private final Instant watchedSince;
  private final Map<String, KnownSecret> secrets;
  private final Map<String, ReplicaReport> replicas;

  /// @param key in hexadecimal
  /// @param watchedSince since when replicas have run without a long gap
  /// @param secrets by fingerprint
  /// @param replicas by name
  SecretLedger(
      String key,
      Instant watchedSince,
      Map<String, KnownSecret> secrets,
      Map<String, ReplicaReport> replicas) {
    this.key = key;
    this.watchedSince = watchedSince;
    this.secrets = new TreeMap<>(secrets);
    this.replicas = new TreeMap<>(replicas);
  }

  /// A ledger that knows no secret.
  ///
  /// @param randomBytes makes an unpredictable array of this length
  public static SecretLedger empty(IntFunction<byte[]> randomBytes) {
    return new SecretLedger(
        HexFormat.of().formatHex(randomBytes.apply(KEY_BYTES)), Instant.EPOCH, Map.of(), Map.of());
  }

  /// The ledger in a text; empty if it is not one.
  public static Optional<SecretLedger> parse(String text) {
    return LedgerText.parse(text);
  }

  /// Whether a later release has written a text, which must not be replaced then.
  public static boolean isOfLaterRelease(String text) {
    return LedgerText.isOfLaterRelease(text);
  }

  /// This ledger as a text.
  public String text() {
    return LedgerText.of(key, watchedSince, secrets, replicas);
  }

  /// Names a secret: 8 hexadecimal digits, which only this inbox has for it.
  public String fingerprint(Secret secret) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(HexFormat.of().parseHex(key), ALGORITHM));
      byte[] code = mac.doFinal(secret.reveal().getBytes(UTF_8));
      return HexFormat.of().formatHex(code, 0, FINGERPRINT_BYTES);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      // Every Java platform has HmacSHA256, and it accepts any key that is not empty.
      throw new IllegalStateException("cannot prepare " + ALGORITHM, e);
    }
  }

  /// Whether it has ever been configured, as far as is remembered.
  public boolean knows(String fingerprint) {
    return secrets.containsKey(fingerprint);
  }

  /// The same ledger after a replica's report.
  ///
  /// @param replica its name; a later report of the same name replaces this one
  /// @param at by the replica's clock
  /// @param isLast whether the replica is being stopped
  public SecretLedger after(
      String replica, Instant at, boolean isLast, List<ConfiguredSecret> configured) {
    Map<String, KnownSecret> known = new TreeMap<>(secrets);
    for (ConfiguredSecret secret : configured) {
      known.merge(
          secret.fingerprint(),
          KnownSecret.of(secret, at),
          (before, now) -> before.with(now, isBack(secret.fingerprint(), before, replica, at)));
    }
    Map<String, ReplicaReport> reports = new TreeMap<>(replicas);
    // This report says which secrets were the last ones. So those that have ended are not needed.
    reports.values().removeIf(report -> !report.isLive(at));
    reports.put(
        replica,
        new ReplicaReport(
            at,
            isLast,
            configured.stream().map(ConfiguredSecret::fingerprint).collect(Collectors.toSet())));
    forgetOldest(known, reports);
    return new SecretLedger(key, isGap(at) ? at : watchedSince, known, reports);
  }

  /// Whether this replica did not have it a moment ago, or no replica for long.
  private boolean isBack(String fingerprint, KnownSecret before, String replica, Instant at) {
    ReplicaReport previous = replicas.get(replica);
    return Duration.between(before.lastConfigured(), at).compareTo(GAP_MAX) > 0
        || (previous != null
            && previous.isLive(at)
            && !previous.fingerprints().contains(fingerprint));
  }

  private boolean isGap(Instant at) {
    return replicas.values().stream()
        .map(ReplicaReport::at)
        .noneMatch(last -> Duration.between(last, at).compareTo(GAP_MAX) <= 0);
  }

  private static void forgetOldest(
      Map<String, KnownSecret> known, Map<String, ReplicaReport> reports) {
    Set<String> needed =
        reports.values().stream()
            .flatMap(report -> report.fingerprints().stream())
            .collect(Collectors.toSet());
    known.entrySet().stream()
        .filter(entry -> !needed.contains(entry.getKey()))
        .sorted(Comparator.comparing(entry -> entry.getValue().lastConfigured()))
        .map(Map.Entry::getKey)
        .limit(Math.max(0, known.size() - SECRETS_MAX))
        .toList()
        .forEach(known::remove);
  }

  /// The state of the secrets that are configured now, or were when the last replica stopped.
  ///
  /// @param ageMax the age above which a secret is old; absent: none is
  public SecretStatus status(Instant now, Optional<Duration> ageMax) {
    Map<String, ReplicaReport> live = new TreeMap<>();
    replicas.forEach((name, report) -> {
      if (report.isLive(now)) {
        live.put(name, report);
      }
    });
    Optional<ReplicaReport> last =
        replicas.values().stream().max(Comparator.comparing(ReplicaReport::at));
    // Nothing can be said about the time in which no replica ran.
    Instant at = live.isEmpty() ? last.map(ReplicaReport::at).orElse(now) : now;
    Set<String> configured =
        (live.isEmpty() ? last.stream() : live.values().stream())
            .flatMap(report -> report.fingerprints().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    List<SecretStatus.Row> rows = new ArrayList<>();
    for (String fingerprint : configured) {
      KnownSecret known = secrets.get(fingerprint);
      if (known != null) {
        Duration age = positive(Duration.between(known.ageFrom(), now));
        rows.add(
            new SecretStatus.Row(
                known.label(),
                fingerprint,
                known.firstSeen(),
                known.since(),
                age,
                known.lastUsed(),
                live.entrySet().stream()
                    .filter(entry -> entry.getValue().fingerprints().contains(fingerprint))
                    .map(Map.Entry::getKey)
                    .toList(),
                findings(fingerprint, known, configured, at, age, ageMax)));
      }
    }
    rows.sort(
        Comparator.comparing(SecretStatus.Row::label)
            .thenComparing(SecretStatus.Row::firstSeen)
            .thenComparing(SecretStatus.Row::fingerprint));
    return new SecretStatus(at, List.copyOf(live.keySet()), List.copyOf(rows));
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  private Set<SecretFinding> findings(
      String fingerprint,
      KnownSecret known,
      Set<String> configured,
      Instant at,
      Duration age,
      Optional<Duration> ageMax) {
    Set<SecretFinding> findings = EnumSet.noneOf(SecretFinding.class);
    if (ageMax.filter(max -> age.compareTo(max) > 0).isPresent()) {
      findings.add(SecretFinding.OLD);
    }
    Instant unusedFrom = at.minus(UNUSED_MIN);
    boolean isIdle =
        Stream.of(known.lastUsed().orElse(known.firstSeen()), known.configuredSince(), watchedSince)
            .noneMatch(from -> from.isAfter(unusedFrom));
    boolean isAnotherUsed =
        configured.stream()
            .filter(other -> !other.equals(fingerprint))
            .map(secrets::get)
            .anyMatch(other ->
                other != null && other.lastUsed().filter(unusedFrom::isBefore).isPresent());
    if (isIdle && isAnotherUsed) {
      findings.add(SecretFinding.UNUSED);
    }
    if (configured.size() == 1) {
      findings.add(SecretFinding.ONLY_ONE);
    }
    return findings;
  }
}
