package stripebridge.core.secret;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// A ledger as text, for the inbox: a line for the key, for each secret and for each replica, with
/// words between spaces. `-` stands for nothing.
final class LedgerText {
  // A later format gets another number here.
  private static final String HEAD = "secrets-1";
  private static final Pattern LATER = Pattern.compile("secrets-(?!1 )\\d+ ");
  private static final String NOTHING = "-";
  private static final Pattern KEY = Pattern.compile("([0-9a-f]{2})+");
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{8}");

  private LedgerText() {}

  static String of(
      String key,
      Instant watchedSince,
      Map<String, KnownSecret> secrets,
      Map<String, ReplicaReport> replicas) {
    StringBuilder text = new StringBuilder();
    line(text, HEAD, key, watchedSince);
    secrets.forEach((fingerprint, known) ->
        line(
            text,
            "secret",
            fingerprint,
            known.label(),
            known.firstSeen(),
            known.lastUsed().<Object>map(used -> used).orElse(NOTHING),
            known.lastConfigured(),
            known.since().<Object>map(day -> day).orElse(NOTHING),
            known.configuredSince()));
    replicas.forEach((name, report) ->
        line(
            text,
            "replica",
            name,
            report.at(),
            report.isLast() ? "stopped" : "running",
            report.fingerprints().isEmpty()
                ? NOTHING
                : String.join(",", new TreeSet<>(report.fingerprints()))));
    return text.toString();
  }

  private static void line(StringBuilder text, Object... words) {
    text.append(String.join(" ", List.of(words).stream().map(Object::toString).toList()))
        .append('\n');
  }

  /// Whether a later release has written it.
  static boolean isOfLaterRelease(String text) {
    return LATER.matcher(text).lookingAt();
  }

  static Optional<SecretLedger> parse(String text) {
    try {
      List<String[]> lines = text.lines().map(line -> line.split(" ", -1)).toList();
      if (lines.isEmpty() || !lines.getFirst()[0].equals(HEAD)) {
        return Optional.empty();
      }
      Map<String, KnownSecret> secrets = new TreeMap<>();
      Map<String, ReplicaReport> replicas = new TreeMap<>();
      for (String[] words : lines.subList(1, lines.size())) {
        switch (words[0]) {
          case "secret" -> secrets.put(matching(FINGERPRINT, words[1]), secret(words));
          case "replica" -> replicas.put(words[1], replica(words));
          default -> {
            return Optional.empty();
          }
        }
      }
      String[] first = lines.getFirst();
      return Optional.of(
          new SecretLedger(matching(KEY, first[1]), Instant.parse(first[2]), secrets, replicas));
    } catch (DateTimeException | IllegalArgumentException | IndexOutOfBoundsException _) {
      return Optional.empty();
    }
  }

  private static String matching(Pattern pattern, String word) {
    if (!pattern.matcher(word).matches()) {
      throw new IllegalArgumentException("not as written");
    }
    return word;
  }

  private static KnownSecret secret(String[] words) {
    return new KnownSecret(
        words[2],
        given(words[6]).map(LocalDate::parse),
        Instant.parse(words[3]),
        given(words[4]).map(Instant::parse),
        Instant.parse(words[5]),
        Instant.parse(words[7]));
  }

  private static ReplicaReport replica(String[] words) {
    return new ReplicaReport(
        Instant.parse(words[2]),
        words[3].equals("stopped"),
        given(words[4]).map(list -> Set.of(list.split(","))).orElse(Set.of()));
  }

  private static Optional<String> given(String word) {
    return Optional.of(word).filter(text -> !text.equals(NOTHING));
  }
}
