package stripebridge.core.topology;

/// One route as written: which event types go to which topic.
///
/// @param pattern an event type (`payout.failed`), or one that ends in `.*`, which stands for one
///   segment or more (`payment_intent.*` has `payment_intent.succeeded`)
/// @param topic the topic without its account level, which the routing appends. Under a pattern a
///   level {@value #REST} stands for what the star matched, its dots made to `/`
public record RouteSpec(String pattern, String topic) {
  /// The placeholder for what a pattern's star matched.
  public static final String REST = "{rest}";
}
