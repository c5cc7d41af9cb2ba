package stripebridge.cli.secret;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import stripebridge.cli.output.Age;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.Table;
import stripebridge.core.secret.SecretFinding;
import stripebridge.core.secret.SecretStatus;
import stripebridge.core.secret.SecretStatus.Row;

/// Prints the state of webhook secrets.
///
/// @param ageMax the age above which a secret is old
record SecretsText(SecretStatus status, Optional<Duration> ageMax, Instant now) {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);

  /// A row for each secret.
  void print(PrintStream out) {
    Table table =
        new Table("LABEL", "FINGERPRINT", "SINCE", "AGE", "LAST USED", "REPLICAS", "VERDICT");
    for (Row row : status.secrets()) {
      table.row(
          row.label(),
          row.fingerprint(),
          row.since().map(Object::toString).orElseGet(() -> DAY.format(row.firstSeen())),
          Age.text(row.age()),
          row.lastUsed()
              .map(used -> Age.text(Duration.between(used, now)) + " ago")
              .orElse("never"),
          status.replicas().isEmpty()
              ? "-"
              : row.replicas().size() + " of " + status.replicas().size(),
          row.findings().isEmpty()
              ? "ok"
              : row.findings().stream().map(SecretFinding::text).collect(Collectors.joining(", ")));
    }
    table.print(out);
  }

  /// What to know besides the table: why the exit code is what it is, and what is incomplete.
  ///
  /// @param found the findings that are not allowed
  List<String> notes(Set<SecretFinding> found) {
    List<String> notes = new ArrayList<>();
    if (status.replicas().isEmpty()) {
      notes.add("no serve runs; as of its last report at " + status.at());
    }
    for (Row row : status.secrets()) {
      List<String> missing = missing(row);
      if (!missing.isEmpty() && !row.replicas().isEmpty()) {
        notes.add("%s: not yet on %s".formatted(name(row), String.join(", ", missing)));
      }
      row.findings().stream()
          .filter(found::contains)
          .forEach(finding ->
              notes.add("%s: %s: %s".formatted(finding.text(), name(row), sentence(finding, row))));
    }
    return notes;
  }

  private List<String> missing(Row row) {
    return status.replicas().stream().filter(name -> !row.replicas().contains(name)).toList();
  }

  private static String name(Row row) {
    return row.label() + " " + row.fingerprint();
  }

  private String sentence(SecretFinding finding, Row row) {
    return switch (finding) {
      case OLD ->
          "%d days old, above SECRET_MAX_AGE_DAYS (%d): roll it"
              .formatted(row.age().toDays(), ageMax.map(Duration::toDays).orElse(0L));
      case UNUSED ->
          row.lastUsed().isPresent()
              ? "unused for 48 hours, while another verifies webhooks: safe to remove, unless"
                  + " it belongs to another endpoint that is just quiet"
              : "has never verified a webhook, while another does: it is mistyped, or Stripe does"
                  + " not sign with it";
      case ONLY_ONE -> "the only secret: while Stripe rolls it, both must be configured";
    };
  }

  /// The same for programs.
  Document document() {
    return this::write;
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("at", status.at().toString());
    names(json, "replicas", status.replicas());
    json.writeArrayFieldStart("secrets");
    for (Row row : status.secrets()) {
      json.writeStartObject();
      json.writeStringField("label", row.label());
      json.writeStringField("fingerprint", row.fingerprint());
      json.writeStringField("first_seen", row.firstSeen().toString());
      orNull(json, "since", row.since());
      json.writeNumberField("age_seconds", row.age().toSeconds());
      orNull(json, "last_used", row.lastUsed());
      names(json, "replicas", row.replicas());
      names(json, "missing_on", missing(row));
      names(json, "findings", row.findings().stream().map(SecretFinding::text).toList());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void names(JsonGenerator json, String field, List<String> names)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String name : names) {
      json.writeString(name);
    }
    json.writeEndArray();
  }

  private static void orNull(JsonGenerator json, String field, Optional<?> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(field, value.get().toString());
    } else {
      json.writeNullField(field);
    }
  }
}
