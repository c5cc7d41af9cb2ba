package stripebridge.cli.trigger;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.stripe.webhook.PostResult;

/// Says of webhooks that were not answered as they had to be what is wrong, and what to do next.
public final class Refusals {
  private Refusals() {}

  /// The failure that a run ends with; nothing when all went as it had to.
  public static Optional<CommandFailure> of(TriggerCounts tally, URI url) {
    PostResult.Unreachable unreachable = tally.unreachable();
    if (unreachable != null) {
      return Optional.of(
          new CommandFailure(
              ExitCode.UNAVAILABLE,
              "cannot post to " + url + ": " + unreachable.reason(),
              "start the bridge with 'stripebridge serve', or say with --app-url where it is"));
    }
    WebhookOutcome outcome = tally.firstUnexpected();
    return outcome == null
        ? Optional.empty()
        : Optional.of(
            new CommandFailure(
                ExitCode.DIFFERENCES,
                "%d of %d webhooks were not answered with %s: %s %s was answered with %s%s"
                    .formatted(
                        tally.unexpected(),
                        tally.answered(),
                        outcome.expected(),
                        outcome.event().type(),
                        outcome.event().id(),
                        outcome.status(),
                        sentence(outcome)),
                hint(outcome, url)));
  }

  private static String sentence(WebhookOutcome outcome) {
    String sentence = outcome.answer().sentence();
    return sentence == null ? "" : " (" + sentence + ")";
  }

  private static @Nullable String hint(WebhookOutcome outcome, URI url) {
    int status = outcome.answer().status();
    String error = outcome.error() == null ? "" : outcome.error();
    if (outcome.answer().isAccepted()) {
      return outcome.mustBeDuplicate()
          ? "it may have taken the same event twice; look with 'stripebridge inbox list'"
          : "what answers at " + url + " does not verify signatures, so it is no bridge of ours";
    }
    return switch (error) {
      case "signature_mismatch" ->
          "the bridge has another secret: one of its own must be the first of"
              + " STRIPE_WEBHOOK_SECRET here";
      case "timestamp_too_old", "timestamp_in_future" ->
          "the clocks of this machine and the bridge's differ";
      default ->
          switch (status) {
            case 404, 405 -> "give --app-url the bridge's base URL, without a path of another app";
            case 413 -> "a webhook may have 1 MiB";
            case 429 -> "the inbox is full; see what is in the way with 'stripebridge inbox stats'";
            case 502, 503, 504 -> "the bridge cannot store, or is stopping; see its log";
            default -> null;
          };
    };
  }
}
