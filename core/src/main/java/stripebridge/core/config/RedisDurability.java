package stripebridge.core.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What Redis confirms before an event counts as durable.
public sealed interface RedisDurability {
  /// Whatever Redis is configured to do by itself.
  record AsConfigured() implements RedisDurability {}

  /// Its own disk has it.
  record Local() implements RedisDurability {}

  /// So many replicas have it.
  record Replicas(int count) implements RedisDurability {}

  ValueType<RedisDurability> TYPE =
      ValueType.plain("local, or replica:N with N from 1 to 9", RedisDurability::of);

  private static Optional<RedisDurability> of(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.equals("local")) {
      return Optional.of(new Local());
    }
    Matcher replicas = Pattern.compile("replica:([1-9])").matcher(lower);
    return replicas.matches()
        ? Optional.of(new Replicas(Integer.parseInt(replicas.group(1))))
        : Optional.empty();
  }
}
