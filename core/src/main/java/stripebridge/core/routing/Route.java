package stripebridge.core.routing;

/// One rule: events of these types go to that topic.
public record Route(EventPattern pattern, TopicTemplate topic) {}
