package stripebridge.core.config;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.ValueType.Parsed;

/// The signing secret of one webhook endpoint.
///
/// @param label the operator's name for the endpoint; several secrets may share one while a secret
///   is rolled. A label that begins with `acct_` names the account of the endpoint's events
/// @param since the day from which the operator counts the secret's age
public record EndpointSecret(@Nullable String label, @Nullable LocalDate since, Secret secret) {
  /// What secrets without a label are called in metrics and lists.
  public static final String UNLABELLED = "unlabelled";

  // Each secret costs one HMAC per forged request, so their number is bounded.
  private static final int SECRETS_MAX = 100;

  // Stripe has no older ones.
  private static final LocalDate SINCE_MIN = LocalDate.of(2011, 1, 1);

  // Unless a label is on the left and a Stripe secret on the right, `=` is part of the secret:
  // other issuers use Base64.
  private static final Pattern LABELLED =
      Pattern.compile("(?=[^=])([A-Za-z0-9_-]{1,64})?(?:@([^=]*))?=(whsec_.*)");

  /// The type of `STRIPE_WEBHOOK_SECRET`. All secrets of the list are active. So one can be rolled:
  /// both are valid until Stripe stops signing with the old one.
  static final ValueType<List<EndpointSecret>> LIST =
      new ValueType<>(
          "one or more secrets, each as 'whsec_…', 'label=whsec_…' or"
              + " 'label@2026-09-01=whsec_…', separated by commas or line breaks",
          true,
          EndpointSecret::shown,
          EndpointSecret::parse);

  /// A secret whose age is counted from its first sight.
  public EndpointSecret(@Nullable String label, Secret secret) {
    this(label, null, secret);
  }

  /// The label, or [#UNLABELLED]. Up to 64 letters, digits, `_` and `-`.
  public String name() {
    return label == null ? UNLABELLED : label;
  }

  private static Parsed<List<EndpointSecret>> parse(String text) {
    List<String> reasons = new ArrayList<>();
    List<EndpointSecret> secrets = new ArrayList<>();
    Map<String, Integer> positions = new HashMap<>();
    List<String> items = items(text);
    for (int position = 1; position <= items.size(); position++) {
      EndpointSecret secret = one(items.get(position - 1));
      String revealed = secret.secret().reveal();
      Integer earlier = positions.putIfAbsent(revealed, position);
      if (revealed.isEmpty()) {
        reasons.add("leaves item " + position + " empty");
      } else if (earlier != null) {
        reasons.add("repeats item " + earlier + " as item " + position);
      } else if (hasBadDay(items.get(position - 1))) {
        reasons.add(
            "has after the '@' in item "
                + position
                + " no day like 2026-09-01, which says since when the secret is in use");
      } else if (revealed.chars().anyMatch(EndpointSecret::isSpaceOrControl)) {
        reasons.add("has a space or control character in item " + position);
      } else if (revealed.chars().anyMatch(EndpointSecret::isForeign)) {
        reasons.add(
            "has a quote, a bracket or a letter beyond ASCII in item "
                + position
                + ", as no secret has");
      } else {
        secrets.add(secret);
      }
    }
    if (items.size() > SECRETS_MAX) {
      reasons.add("must have at most " + SECRETS_MAX + " secrets, not " + items.size());
    }
    return reasons.isEmpty()
        ? new Parsed.Value<>(List.copyOf(secrets))
        : new Parsed.Refused<>(List.copyOf(reasons));
  }

  /// The items, trimmed. An empty item between commas is kept and refused later: it is most often
  /// an unset shell variable. A blank line, or a comma at the end of a line, is only layout.
  private static List<String> items(String text) {
    List<String> items = new ArrayList<>();
    // Some editors begin a file with a byte order mark.
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    List<String> lines = plain.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean isLast = i == lines.size() - 1;
      String content = line.endsWith(",") && !isLast ? line.substring(0, line.length() - 1) : line;
      for (String item : content.split(",", -1)) {
        items.add(item.strip());
      }
    }
    return items;
  }

  private static EndpointSecret one(String item) {
    Matcher labelled = LABELLED.matcher(item);
    return labelled.matches()
        ? new EndpointSecret(
            labelled.group(1), day(labelled.group(2)).orElse(null), new Secret(labelled.group(3)))
        : new EndpointSecret(null, new Secret(item));
  }

  private static boolean hasBadDay(String item) {
    Matcher labelled = LABELLED.matcher(item);
    return labelled.matches() && labelled.group(2) != null && day(labelled.group(2)).isEmpty();
  }

  private static Optional<LocalDate> day(@Nullable String text) {
    try {
      return Optional.ofNullable(text)
          .map(LocalDate::parse)
          .filter(day -> !day.isBefore(SINCE_MIN));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private static boolean isSpaceOrControl(int c) {
    return Character.isWhitespace(c) || Character.isISOControl(c);
  }

  /// It is around a secret, or in its place, as in `"whsec_…"` and `ENC[…]`.
  private static boolean isForeign(int c) {
    return c > '~' || "\"'`[]{}<>".indexOf(c) >= 0;
  }

  /// `live=***, ***`: the labels show which endpoints are configured.
  private static String shown(String text) {
    return items(text).stream()
        .map(EndpointSecret::one)
        .map(one -> one.prefix() + Secret.MASK)
        .collect(Collectors.joining(", "));
  }

  private String prefix() {
    String text = (label == null ? "" : label) + (since == null ? "" : "@" + since);
    return text.isEmpty() ? "" : text + "=";
  }
}
