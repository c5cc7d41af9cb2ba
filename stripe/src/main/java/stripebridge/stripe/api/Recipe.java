package stripebridge.stripe.api;

import java.util.List;

/// The calls after which Stripe sends an event of a type.
///
/// @param subject the saved name of an id by which the event can be told from others of its type
record Recipe(String subject, List<Step> steps) {
  static Recipe of(String subject, Step... steps) {
    return new Recipe(subject, List.of(steps));
  }
}
