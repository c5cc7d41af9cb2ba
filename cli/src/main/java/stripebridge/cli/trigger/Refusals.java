package stripebridge.cli.trigger;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.stripe.webhook.PostResult;

/// Explains unexpected answers to webhooks, with what to do next.
final class Refusals {
  private Refusals() {}

  /// The failure to end a run with; empty when every answer was the expected one.
  static Optional<CommandFailure> of(TriggerCounts counts, URI url) {
    PostResult.Unreachable unreachable = counts.unreachable();
    if (unreachable != null) {
      return Optional.of(
          new CommandFailure(
              ExitCode.UNAVAILABLE,
              "cannot post to " + url + ": " + unreachable.reason(),
              "start the bridge with 'stripebridge serve', or pass its URL with --app-url"));
    }
    WebhookOutcome outcome = counts.firstUnexpected();
    return outcome == null
        ? Optional.empty()
        : Optional.of(
            new CommandFailure(
                ExitCode.DIFFERENCES,
                "%d of %d webhooks were not answered with %s: %s %s was answered with %s%s"
                    .formatted(
                        counts.unexpected(),
                        counts.answered(),
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
          ? "it may have accepted the same event twice; check with 'stripebridge inbox list'"
          : "the server at " + url + " does not verify signatures, so it is not a stripebridge";
    }
    return switch (error) {
      case "signature_mismatch" ->
          "the bridge has another secret: the first secret of STRIPE_WEBHOOK_SECRET here must be"
              + " one of the bridge's";
      case "timestamp_too_old", "timestamp_in_future" ->
          "the clocks of this machine and the bridge differ";
      default ->
          switch (status) {
            case 404, 405 ->
                "pass the bridge's base URL with --app-url, without another application's path";
            case 413 -> "the limit for a webhook is 1 MiB";
            case 429 -> "the inbox is full; see why with 'stripebridge inbox stats'";
            case 502, 503, 504 -> "the bridge cannot store events, or is stopping; see its log";
            default -> null;
          };
    };
  }
}
