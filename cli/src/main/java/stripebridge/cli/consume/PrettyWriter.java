package stripebridge.cli.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.messages.MessageFacts;
import stripebridge.cli.messages.PayloadKinds;
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.DisplayWidth;
import stripebridge.cli.output.Ink;
import stripebridge.core.broker.Destination;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.MessageContent.Extras;
import stripebridge.core.broker.Payload;
import stripebridge.core.broker.QueueMessage;

/// Prints the whole message for people: its destination, delivery state, properties and payload.
final class PrettyWriter implements MessageWriter {
  private static final String INDENT = "  ";
  private static final int LABEL_WIDTH = 14;
  // The client's default.
  private static final int PRIORITY_DEFAULT = 4;

  private final VisibleText visible;
  private final Ink ink;
  private final InstantSource clock;
  private final PayloadText payloads;
  private int number;

  PrettyWriter(VisibleText visible, Ink ink, InstantSource clock) {
    this.visible = visible;
    this.ink = ink;
    this.clock = clock;
    payloads = new PayloadText(visible, ink);
  }

  @Override
  public void write(QueueMessage message, PrintStream out) {
    number++;
    if (number > 1) {
      out.println();
    }
    out.println(ink.bold(heading(message.content())));
    fields(message).forEach(out::println);
    payloads.lines(message.content().payload()).forEach(out::println);
  }

  private String heading(MessageContent content) {
    String what = MessageFacts.of(content, "event_type").orElseGet(content.destination()::toString);
    String id = content.applicationMessageId();
    return visible.line(number + "  " + what + (id == null ? "" : "  " + id));
  }

  private List<String> fields(QueueMessage message) {
    MessageContent content = message.content();
    List<String> lines = new ArrayList<>();
    add(lines, "time", MessageFacts.since(content).map(this::time).orElse("unknown"));
    boolean isTopic = content.destination().kind() == Destination.Kind.TOPIC;
    add(lines, isTopic ? "topic" : "queue", content.destination().name());
    add(lines, "message id", content.applicationMessageId());
    if (!Objects.equals(content.correlationId(), content.applicationMessageId())) {
      add(lines, "correlation", content.correlationId());
    }
    add(lines, "broker's id", message.id());
    add(lines, "redelivered", redelivered(message));
    add(lines, "TTL", content.timeToLive().isZero() ? "none" : span(content.timeToLive()));
    add(lines, "DMQ", content.dmqEligible() ? "eligible" : "not eligible");
    add(lines, "type", content.applicationMessageType());
    add(lines, "sender", content.senderId());
    add(lines, "sequence", text(content.sequenceNumber()));
    add(lines, "reply to", text(content.replyTo()));
    add(
        lines,
        "priority",
        content.priority() == PRIORITY_DEFAULT ? null : text(content.priority()));
    extras(lines, content.extras());
    properties(lines, content.userProperties());
    add(lines, "payload", payload(content));
    return lines;
  }

  private void extras(List<String> lines, Extras extras) {
    int service = extras.classOfService();
    add(lines, "service class", service == Extras.NONE.classOfService() ? null : text(service));
    add(lines, "eliding", extras.elidingEligible() ? "eligible" : null);
    add(lines, "one receiver", extras.deliverToOne() ? "yes" : null);
    add(lines, "reply", extras.isReply() ? "yes" : null);
    add(
        lines,
        "expiration",
        extras.expiration() == 0 ? null : text(Instant.ofEpochMilli(extras.expiration())));
    add(lines, "persistent", extras.isPersistent() ? null : "no");
    add(lines, "user data", extras.userData() == null ? null : value(extras.userData()));
  }

  private void properties(List<String> lines, Map<String, Object> properties) {
    int longest = properties.keySet().stream().mapToInt(DisplayWidth::of).max().orElse(0);
    String label = "properties";
    // The broker does not keep their order.
    for (Map.Entry<String, Object> property : new TreeMap<>(properties).entrySet()) {
      String name = property.getKey();
      add(lines, label, DisplayWidth.padded(name, longest) + "  " + value(property.getValue()));
      label = "";
    }
  }

  private static String value(Object value) {
    return switch (value) {
      case byte[] bytes -> "0x" + HexFormat.of().formatHex(bytes);
      case Optional<?> _ -> "null";
      case Map<?, ?> map -> new String(Structure.json(map), UTF_8);
      case List<?> list -> new String(Structure.json(list), UTF_8);
      default -> value.toString();
    };
  }

  private static String payload(MessageContent content) {
    Payload payload = content.payload();
    int bytes = payload.content().length;
    StringBuilder text = new StringBuilder();
    text.append(bytes == 0 ? "empty" : Counted.of(bytes, "byte"));
    text.append(payload.kind() == Payload.Kind.BYTES ? "" : ", " + kind(payload.kind()));
    text.append(content.contentType() == null ? "" : ", " + content.contentType());
    text.append(content.contentEncoding() == null ? "" : ", " + content.contentEncoding());
    return text.toString();
  }

  private static String kind(Payload.Kind kind) {
    return kind == Payload.Kind.XML ? "XML" : PayloadKinds.name(kind);
  }

  private static String redelivered(QueueMessage message) {
    String answer = message.isRedelivered() ? "yes" : "no";
    return message.deliveryCount().isPresent()
        ? answer + ", delivery count " + message.deliveryCount().getAsInt()
        : answer;
  }

  private String time(Instant time) {
    Instant now = clock.instant();
    return time.isAfter(now) ? time.toString() : time + ", " + age(Duration.between(time, now));
  }

  /// In the largest unit that gives at least two.
  private static String age(Duration age) {
    if (age.toMinutes() < 2) {
      return age.toSeconds() + "s ago";
    }
    if (age.toHours() < 2) {
      return age.toMinutes() + "m ago";
    }
    return (age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d") + " ago";
  }

  /// Exact: `5m`, `1h30m`, `1.5s`.
  private static String span(Duration span) {
    return span.toString().substring(1).replace("T", "").toLowerCase(Locale.ROOT);
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private void add(List<String> lines, String label, @Nullable String value) {
    if (value != null) {
      lines.add(INDENT + ink.faint(DisplayWidth.padded(label, LABEL_WIDTH)) + visible.line(value));
    }
  }
}
