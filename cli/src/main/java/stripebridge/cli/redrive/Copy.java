package stripebridge.cli.redrive;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.Destination;
import stripebridge.core.broker.MessageContent;

/// What becomes of one message: a copy to publish, or a reason why it stays where it is.
public sealed interface Copy {
  /// How often the message was redriven, this time included.
  String REDRIVE_COUNT = "redrive_count";

  /// When, ISO 8601 in UTC.
  String REDRIVEN_AT = "redriven_at";

  /// The queue it was on.
  String REDRIVEN_FROM = "redriven_from";

  /// Where a message that was published to a queue alone would have gone, so that it can still go
  /// there when it dies again.
  String REDRIVE_TOPIC = "redrive_topic";

  /// The copy.
  ///
  /// @param topic where the original was published to
  record Ready(MessageContent content, String topic) implements Copy {}

  /// Why there is none.
  record Stays(String reason) implements Copy {}

  /// Makes the copy.
  ///
  /// @param from the queue that the message was on
  static Copy of(MessageContent message, RedriveRequest request, String from, Instant now) {
    long count = redrives(message);
    if (count >= request.redrivesMax()) {
      return new Stays(
          "it came back %d times already; --max-redrives lets it go on".formatted(count));
    }
    Optional<String> topic = topic(message);
    if (topic.isEmpty() && request.toQueue() == null) {
      return new Stays("it was published to a queue and has no topic; --to-queue gives it a way");
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

  /// How often a message was redriven so far.
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
