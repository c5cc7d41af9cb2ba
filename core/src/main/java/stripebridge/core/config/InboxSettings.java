package stripebridge.core.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Where accepted events are stored until they are published.
public sealed interface InboxSettings {
  /// In a local file of this process.
  record Embedded(String path) implements InboxSettings {}

  /// In a Redis that several processes share.
  ///
  /// @param trust and `identity`: only used when the URL is `rediss://`
  /// @param format the format of new entries; empty keeps the inbox's format
  record Shared(
      RedisUrl url,
      String keyPrefix,
      TlsTrust trust,
      TlsIdentity identity,
      RedisDurability durability,
      Optional<Integer> format)
      implements InboxSettings {}

  static InboxSettings from(Values values) {
    return values
        .find(Settings.REDIS_URL)
        .<InboxSettings>map(url -> shared(url, values))
        .orElseGet(() -> new Embedded(values.get(Settings.INBOX_PATH)));
  }

  private static Shared shared(RedisUrl url, Values values) {
    return new Shared(
        url,
        values.get(Settings.REDIS_KEY_PREFIX),
        TlsTrust.of(values.find(Settings.REDIS_TLS_CA_CERT_PATH).orElse(""), new Secret("")),
        TlsIdentity.of(
            values.find(Settings.REDIS_TLS_CERT_PATH).orElse(""),
            values.find(Settings.REDIS_TLS_KEY_PATH).orElse("")),
        values.find(Settings.INBOX_REDIS_DURABILITY).orElseGet(RedisDurability.AsConfigured::new),
        values.find(Settings.INBOX_FORMAT));
  }

  static void check(Checks checks) {
    Values values = checks.values();
    checks.requireBothOrNone(Settings.REDIS_TLS_CERT_PATH, Settings.REDIS_TLS_KEY_PATH);
    List<Setting<String>> tls =
        List.of(
            Settings.REDIS_TLS_CA_CERT_PATH,
            Settings.REDIS_TLS_CERT_PATH,
            Settings.REDIS_TLS_KEY_PATH);
    if (values.has(Settings.REDIS_URL)) {
      checks.warnOfNoEffect(Settings.INBOX_PATH, "when REDIS_URL is set");
    } else {
      tls.forEach(setting -> checks.warnOfNoEffect(setting, "without REDIS_URL"));
      checks.warnOfNoEffect(Settings.REDIS_KEY_PREFIX, "without REDIS_URL");
      checks.warnOfNoEffect(Settings.INBOX_REDIS_DURABILITY, "without REDIS_URL");
      checks.warnOfNoEffect(Settings.INBOX_FORMAT, "without REDIS_URL");
    }
    boolean isPlain = values.find(Settings.REDIS_URL).filter(url -> !url.tls()).isPresent();
    for (Setting<String> setting : tls) {
      if (isPlain && values.isSet(setting)) {
        checks.refuse(setting, "is set, but REDIS_URL does not use TLS: write rediss://");
      }
    }
  }

  /// What Redis must confirm before an event counts as durable.
  sealed interface RedisDurability {
    /// Nothing beyond Redis's own configuration.
    record AsConfigured() implements RedisDurability {}

    /// That its own disk has the event.
    record Local() implements RedisDurability {}

    /// That this many replicas have the event.
    record Replicas(int count) implements RedisDurability {}

    ValueType<RedisDurability> TYPE =
        ValueType.plain(
            "local, or replica:N with N from 1 to 9",
            new ValueType.Form.Choice(
                Stream.concat(
                        Stream.of("local"),
                        IntStream.rangeClosed(1, 9).mapToObj(n -> "replica:" + n))
                    .toList()),
            RedisDurability::of);

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
}
