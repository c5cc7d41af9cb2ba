package stripebridge.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import stripebridge.core.secret.SecretStatus.Row;
import stripebridge.core.testing.Seed;

/// Replicas that start, stop, are killed, roll their secrets, and store their reports over each
/// other, in random order. A model that keeps every report says what must be known.
class SecretLedgerSimulationTest {
  private static final int RUNS = Seed.rounds(15);
  private static final int STEPS = 200;
  private static final int REPLICAS = 3;
  private static final int SECRETS = 4;
  private static final Optional<Duration> AGE_MAX = Optional.of(Duration.ofDays(20));

  private final RandomGenerator random = Seed.random("SecretLedgerSimulationTest");
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  // What is stored; empty at first.
  private String stored = "";

  /// A report that was stored.
  private record Report(
      String replica, Instant at, boolean isLast, List<ConfiguredSecret> secrets) {}

  private final List<Report> reports = new ArrayList<>();

  /// A replica in the middle of a report: what it has read.
  private static final class Replica {
    final String name;
    String read = "";
    boolean hasRead;
    boolean runs;
    List<Integer> secrets = List.of(0);
    final Instant[] used = new Instant[SECRETS];

    Replica(String name) {
      this.name = name;
    }
  }

  @Test
  void knowsWhatAListOfAllReportsKnows() {
    for (int run = 0; run < RUNS; run++) {
      stored = "";
      reports.clear();
      List<Replica> replicas =
          IntStream.range(0, REPLICAS).mapToObj(i -> new Replica("r" + i)).toList();
      for (int step = 0; step < STEPS; step++) {
        if (random.nextInt(40) == 0) {
          passDays(replicas);
        } else {
          step(replicas.get(random.nextInt(REPLICAS)));
        }
        compare();
      }
    }
  }

  private void compare() {
    if (!stored.isEmpty()) {
      SecretLedger ledger = SecretLedger.parse(stored).orElseThrow();
      assertThat(ledger.status(now, AGE_MAX)).isEqualTo(status());
    }
  }

  /// So long that a secret may become unused: all replicas that run go on to report.
  private void passDays(List<Replica> replicas) {
    int hours = random.nextInt(150);
    for (int hour = 0; hour < hours; hour++) {
      now = now.plus(Duration.ofMinutes(55));
      for (Replica replica : replicas) {
        if (random.nextInt(60) == 0) {
          change(replica);
        }
        if (replica.runs) {
          if (!replica.secrets.isEmpty() && random.nextInt(10) == 0) {
            replica.used[replica.secrets.getLast()] = now;
          }
          read(replica);
          write(replica, false);
        }
      }
      if (hour % 12 == 0) {
        compare();
      }
    }
  }

  private void step(Replica replica) {
    switch (random.nextInt(12)) {
      case 0 -> now = now.plus(Duration.ofMinutes(random.nextInt(10)));
      case 1 -> now = now.plus(Duration.ofHours(random.nextInt(4) == 0 ? random.nextInt(60) : 0));
      case 2 -> replica.runs = true;
      case 3 -> {
        // Killed: it says nothing.
        replica.runs = false;
        replica.hasRead = false;
      }
      case 4 -> change(replica);
      case 5, 6 -> {
        if (replica.runs && !replica.secrets.isEmpty()) {
          replica.used[replica.secrets.get(random.nextInt(replica.secrets.size()))] = now;
        }
      }
      case 7 -> {
        if (replica.runs) {
          read(replica);
          write(replica, true);
          replica.runs = false;
        }
      }
      default -> {
        if (!replica.runs) {
          return;
        }
        if (replica.hasRead) {
          write(replica, false);
        } else {
          read(replica);
        }
      }
    }
  }

  private void change(Replica replica) {
    replica.secrets =
        IntStream.range(0, SECRETS).filter(_ -> random.nextBoolean()).boxed().toList();
  }

  private void read(Replica replica) {
    replica.read = stored;
    replica.hasRead = true;
  }

  /// Only in place of what was read.
  private void write(Replica replica, boolean isLast) {
    replica.hasRead = false;
    // Of two last reports of one moment, either may be the last.
    now = now.plusMillis(1);
    if (!stored.equals(replica.read)) {
      return;
    }
    SecretLedger before =
        SecretLedger.parse(stored)
            .orElseGet(() ->
                SecretLedger.empty(length -> {
                  byte[] key = new byte[length];
                  random.nextBytes(key);
                  return key;
                }));
    List<ConfiguredSecret> secrets =
        replica.secrets.stream().map(i -> configured(replica, i)).toList();
    stored = before.after(replica.name, now, isLast, secrets).text();
    if (!before.text().lines().findFirst().orElseThrow().startsWith(head(stored))) {
      throw new AssertionError("another key");
    }
    reports.add(new Report(replica.name, now, isLast, secrets));
  }

  private static String head(String text) {
    return text.substring(0, text.lastIndexOf(' ', text.indexOf('\n')));
  }

  private static ConfiguredSecret configured(Replica replica, int i) {
    return new ConfiguredSecret(
        "%08x".formatted(i), "s" + i, Optional.empty(), Optional.ofNullable(replica.used[i]));
  }

  // ---- The model

  private SecretStatus status() {
    List<Report> last =
        IntStream.range(0, REPLICAS)
            .mapToObj(i -> lastOf("r" + i))
            .flatMap(Optional::stream)
            .toList();
    List<Report> live =
        last.stream()
            .filter(report -> !report.isLast)
            .filter(report -> !report.at.plus(SecretLedger.REPORT_LIFE).isBefore(now))
            .toList();
    List<Report> basis = live.isEmpty() ? List.of(reports.getLast()) : live;
    Instant at = live.isEmpty() ? reports.getLast().at : now;
    TreeSet<String> configured = new TreeSet<>();
    basis.forEach(report -> report.secrets.forEach(one -> configured.add(one.fingerprint())));
    List<Row> rows = new ArrayList<>();
    for (String fingerprint : configured) {
      rows.add(row(fingerprint, configured, live, at));
    }
    rows.sort(Comparator.comparing(Row::label));
    return new SecretStatus(at, live.stream().map(Report::replica).toList(), rows);
  }

  private Optional<Report> lastOf(String replica) {
    return reports.stream()
        .filter(report -> report.replica.equals(replica))
        .reduce((_, later) -> later);
  }

  private Row row(String fingerprint, Set<String> configured, List<Report> live, Instant at) {
    Instant first =
        reports.stream()
            .filter(report -> has(report, fingerprint))
            .map(Report::at)
            .min(Comparator.naturalOrder())
            .orElseThrow();
    Optional<Instant> used = lastUsed(fingerprint);
    Duration age = Duration.between(first, now);
    TreeSet<SecretFinding> findings = new TreeSet<>();
    if (age.compareTo(AGE_MAX.orElseThrow()) > 0) {
      findings.add(SecretFinding.OLD);
    }
    Instant border = at.minus(SecretLedger.UNUSED_MIN);
    boolean isIdle =
        !used.orElse(first).isAfter(border)
            && !configuredSince(fingerprint).isAfter(border)
            && !watchedSince().isAfter(border);
    boolean isOtherUsed =
        configured.stream()
            .filter(other -> !other.equals(fingerprint))
            .anyMatch(other -> lastUsed(other).filter(border::isBefore).isPresent());
    if (isIdle && isOtherUsed) {
      findings.add(SecretFinding.UNUSED);
    }
    if (configured.size() == 1) {
      findings.add(SecretFinding.ONLY_ONE);
    }
    return new Row(
        "s" + Integer.parseInt(fingerprint, 16),
        fingerprint,
        first,
        Optional.empty(),
        age,
        used,
        live.stream().filter(one -> has(one, fingerprint)).map(Report::replica).toList(),
        findings);
  }

  private static boolean has(Report report, String fingerprint) {
    return report.secrets.stream().anyMatch(one -> one.fingerprint().equals(fingerprint));
  }

  private Optional<Instant> lastUsed(String fingerprint) {
    return reports.stream()
        .flatMap(report -> report.secrets.stream())
        .filter(one -> one.fingerprint().equals(fingerprint))
        .flatMap(one -> one.lastUsed().stream())
        .max(Comparator.naturalOrder());
  }

  /// The last report of it by a replica that did not have it a moment ago, or after an hour in
  /// which no replica had it.
  private Instant configuredSince(String fingerprint) {
    Map<String, Report> latest = new HashMap<>();
    Instant since = Instant.MIN;
    Instant before = Instant.MIN;
    for (Report report : reports) {
      Optional<Report> previous =
          Optional.ofNullable(latest.put(report.replica, report))
              .filter(one -> !one.isLast)
              .filter(one -> !one.at.plus(SecretLedger.REPORT_LIFE).isBefore(report.at));
      if (has(report, fingerprint)) {
        boolean isAdded = previous.isPresent() && !has(previous.get(), fingerprint);
        if (isAdded || before.isBefore(report.at.minus(Duration.ofHours(1)))) {
          since = report.at;
        }
        before = report.at;
      }
    }
    return since;
  }

  /// The first report after the last hour without one.
  private Instant watchedSince() {
    Instant since = reports.getFirst().at;
    for (int i = 1; i < reports.size(); i++) {
      Instant at = reports.get(i).at;
      if (Duration.between(reports.get(i - 1).at, at).compareTo(Duration.ofHours(1)) > 0) {
        since = at;
      }
    }
    return since;
  }
}
