package stripebridge.cli.inbox;

import stripebridge.core.inbox.InboxLoss;

/// Describes lost events, for people.
public final class LossText {
  private LossText() {}

  /// The loss in one line.
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
