package stripebridge.stripe.api;

import java.util.List;

/// The API calls that make Stripe send an event of one type.
///
/// @param subject the saved name of an id that distinguishes the event from others of its type
record Recipe(String subject, List<Step> steps) {
  static Recipe of(String subject, Step... steps) {
    return new Recipe(subject, List.of(steps));
  }
}
