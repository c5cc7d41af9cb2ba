package stripebridge.cli.inbox;

import stripebridge.core.inbox.InboxLoss;

/// What is missing, as a person reads it.
public final class LossText {
  private LossText() {}

  /// One line.
  public static String of(InboxLoss loss) {
    return "%d %s answered and may be missing: sequence %d to %d, accepted %s%s"
        .formatted(
            loss.events(),
            loss.events() == 1 ? "event was" : "events were",
            loss.firstSequence(),
            loss.lastSequence(),
            loss.after().map(after -> "after " + after + " and ").orElse(""),
            "by " + loss.before());
  }
}
