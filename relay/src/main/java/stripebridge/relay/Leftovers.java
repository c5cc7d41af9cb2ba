package stripebridge.relay;

/// What a relay could not finish before it stopped. It stays in the inbox, and the next relay
/// publishes it again.
///
/// @param unanswered messages that were sent and neither acknowledged nor refused
/// @param unmarked entries whose settlement could not be stored
public record Leftovers(int unanswered, int unmarked) {
  public int total() {
    return unanswered + unmarked;
  }
}
