package stripebridge.cli.redrive;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.Destination;
import stripebridge.core.broker.MessageContent;

/// The decision on one message: a copy to publish, or the reason why the message stays.
sealed interface Copy {
  /// How often the message was redriven, including this time.
  String REDRIVE_COUNT = "redrive_count";

  /// The time, ISO 8601 in UTC.
  String REDRIVEN_AT = "redriven_at";

  /// The queue that it was on.
  String REDRIVEN_FROM = "redriven_from";

  /// The topic of a message that was redriven to a queue, so that a later redrive can publish to
  /// it.
  String REDRIVE_TOPIC = "redrive_topic";

  /// A copy to publish.
  ///
  /// @param topic of the original
  record Ready(MessageContent content, String topic) implements Copy {}

  /// No copy.
  record Stays(String reason) implements Copy {}

  /// Makes the copy.
  ///
  /// @param from the queue that the message was on
  static Copy of(MessageContent message, RedriveRequest request, String from, Instant now) {
    long count = redrives(message);
    if (count >= request.redrivesMax()) {
      return new Stays(
          "it was redriven %d times already; --max-redrives allows more".formatted(count));
    }
    Optional<String> topic = topic(message);
    if (topic.isEmpty() && request.toQueue() == null) {
      return new Stays(
          "it was published to a queue and has no topic; name a queue with --to-queue");
    }
    Map<String, Object> properties = new LinkedHashMap<>(message.userProperties());
    properties.put(REDRIVE_COUNT, count + 1);
    properties.put(REDRIVEN_AT, now.toString());
    properties.put(REDRIVEN_FROM, from);
    properties.remove(REDRIVE_TOPIC);
    String queue = request.toQueue();
    if (queue != null && topic.isPresent()) {
      properties.put(REDRIVE_TOPIC, topic.get());
    }
    return new Ready(
        message.with(
            destination(queue, topic.orElse("")),
            Objects.requireNonNullElse(request.timeToLive(), message.timeToLive()),
            Objects.requireNonNullElse(request.dmqEligible(), message.dmqEligible()),
            properties),
        topic.orElse(""));
  }

  private static Destination destination(@Nullable String queue, String topic) {
    return queue == null ? Destination.topic(topic) : Destination.queue(queue);
  }

  /// How often the message was redriven before.
  private static long redrives(MessageContent message) {
    return message.userProperties().get(REDRIVE_COUNT) instanceof Number count
        ? count.longValue()
        : 0;
  }

  private static Optional<String> topic(MessageContent message) {
    return message.destination().kind() == Destination.Kind.TOPIC
        ? Optional.of(message.destination().name())
        : Optional.ofNullable(message.text(REDRIVE_TOPIC));
  }
}
