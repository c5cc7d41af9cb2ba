package stripebridge.relay;

/// What a relay could not finish before it stopped. All of it stays in the inbox and is published
/// again by the next one.
///
/// @param unanswered messages that were sent and neither acknowledged nor refused
/// @param unmarked entries whose outcome could not be stored
public record Leftovers(int unanswered, int unmarked) {
  public int total() {
    return unanswered + unmarked;
  }
}
