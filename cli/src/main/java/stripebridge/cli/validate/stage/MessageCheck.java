package stripebridge.cli.validate.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.Destination;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.Payload;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;
import stripebridge.core.event.StripeEvent;
import stripebridge.core.json.Json;
import stripebridge.core.json.JsonValue;
import stripebridge.stripe.event.TestEvent;

/// Compares a message with the event it was made from.
final class MessageCheck {
  // The name of the partition key in the broker's clients.
  private static final String PARTITION_KEY = "JMSXGroupID";

  private final EnvelopeSchema schema;
  private final String account;

  MessageCheck(EnvelopeSchema schema, String account) {
    this.schema = schema;
    this.account = account;
  }

  /// The problems of a message, a clause each.
  List<String> problems(TypeCase typeCase, TestEvent sent, MessageContent found) {
    List<String> problems = new ArrayList<>();
    Expectations expect = new Expectations(problems);
    expect.same("topic", Destination.topic(typeCase.topic().name()), found.destination());
    expect.same("application message id", sent.id(), found.applicationMessageId());
    expect.same("correlation id", sent.id(), found.correlationId());
    expect.same("content type", "application/json", found.contentType());
    if (!(EventReader.read(sent.body()) instanceof EventReading.Identified(StripeEvent event))) {
      throw new IllegalStateException("our own event cannot be read: " + sent);
    }
    properties(expect, event, found);
    if (found.payload().kind() == Payload.Kind.BYTES) {
      envelope(expect, sent, event, found.payload().content());
    } else {
      problems.add("it is a " + found.payload().kind() + " message, expected BYTES");
    }
    return problems;
  }

  private void properties(Expectations expect, StripeEvent event, MessageContent found) {
    expect.property(found, "event_type", event.type().text());
    expect.property(found, "stripe_account_id", account);
    expect.property(found, "stripe_api_version", String.valueOf(event.apiVersion()));
    expect.property(found, "event_created_at", String.valueOf(event.created()));
    expect.property(found, "livemode", false);
    expect.property(found, "synthetic", true);
    expect.property(found, PARTITION_KEY, event.partitionKey());
    if (found.text("bridge_received_at") == null) {
      expect.missing("user property bridge_received_at");
    }
  }

  private void envelope(Expectations expect, TestEvent sent, StripeEvent read, byte[] bytes) {
    List<String> problems = schemaProblems(bytes);
    if (!problems.isEmpty()) {
      problems.forEach(problem -> expect.add("the envelope violates its schema: " + problem));
      return;
    }
    JsonValue envelope = json(bytes);
    JsonValue event = json(sent.body());
    expect.field(envelope, "event_id", Optional.of(JsonValue.ofText(sent.id())));
    expect.field(envelope, "event_type", Optional.of(JsonValue.ofText(sent.type())));
    expect.field(envelope, "account_id", Optional.of(JsonValue.ofText(account)));
    expect.field(envelope, "api_version", event.at("api_version"));
    expect.field(
        envelope, "created_at", Optional.of(JsonValue.ofText(String.valueOf(read.created()))));
    expect.field(envelope, "livemode", event.at("livemode"));
    expect.field(envelope, "raw", event.at("data", "object"));
  }

  private List<String> schemaProblems(byte[] bytes) {
    try (JsonParser parser = Json.strictParser(bytes)) {
      while (parser.nextToken() != null) {
        parser.finishToken();
      }
      return schema.problems(bytes);
    } catch (IOException e) {
      return List.of(Json.malformedAt(e));
    }
  }

  private static JsonValue json(byte[] bytes) {
    try (JsonParser parser = Json.lenientParser(bytes)) {
      parser.nextToken();
      return JsonValue.at(parser, bytes);
    } catch (IOException e) {
      throw new IllegalStateException(
          "the parser accepted it before: " + new String(bytes, UTF_8), e);
    }
  }

  /// Collects the differences.
  private record Expectations(List<String> problems) {
    // Enough to show the difference.
    private static final int SHOWN_MAX = 80;

    void same(String what, Object expected, @Nullable Object found) {
      if (!expected.equals(found)) {
        add("%s is %s, expected %s".formatted(what, shown(found), shown(expected)));
      }
    }

    void property(MessageContent message, String name, Object expected) {
      same("user property " + name, expected, message.userProperties().get(name));
    }

    void field(JsonValue envelope, String name, Optional<JsonValue> expected) {
      Optional<JsonValue> found = envelope.at(name);
      if (!found.equals(expected)) {
        add(
            "envelope's %s is %s, expected %s"
                .formatted(
                    name, shown(found.orElse(null)), shown(expected.orElse(JsonValue.NULL))));
      }
    }

    void missing(String what) {
      add(what + " is missing");
    }

    void add(String clause) {
      problems.add(clause);
    }

    private static String shown(@Nullable Object value) {
      String text = value == null ? "missing" : value.toString();
      return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…";
    }
  }
}
