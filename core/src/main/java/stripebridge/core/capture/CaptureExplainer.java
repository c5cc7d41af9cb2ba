package stripebridge.core.capture;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;
import stripebridge.core.event.StripeEvent;
import stripebridge.core.problem.Quoted;
import stripebridge.core.signature.Likeness;
import stripebridge.core.signature.SignatureExplainer;
import stripebridge.core.signature.SignatureExplanation;
import stripebridge.core.signature.SignatureExplanation.Cause;
import stripebridge.core.signature.Verdict;

/// Finds out why a captured webhook was refused. It knows more than [SignatureExplainer]: the time
/// of the refusal, the other headers, and the labels of the secrets that were tried.
public final class CaptureExplainer {
  private static final String STRIPE_AGENT = "Stripe/";
  private static final Pattern LIVE_LABEL =
      Pattern.compile("(.*[-_])?(live|prod|production)([-_].*)?");
  private static final Pattern TEST_LABEL =
      Pattern.compile("(.*[-_])?(test|testmode|sandbox)([-_].*)?");
  private static final int QUOTED_MAX = 120;

  private final SignatureExplainer explainer;

  /// @param secrets every secret that is configured now
  public CaptureExplainer(List<EndpointSecret> secrets) {
    explainer = new SignatureExplainer(secrets);
  }

  /// Explains a capture; never throws.
  public CaptureExplanation explain(RefusedWebhook refused) {
    return explain(refused, refused.at());
  }

  /// Explains a capture as of another time.
  public CaptureExplanation explain(RefusedWebhook refused, Instant now) {
    return refused
        .body()
        .map(body -> explain(refused, body.bytes(), now))
        .orElseGet(() -> ofHead(refused));
  }

  private CaptureExplanation explain(RefusedWebhook refused, byte[] body, Instant now) {
    SignatureExplanation found = explainer.explain(refused.signature().orElse(null), body, now);
    return switch (found.cause()) {
      case NONE -> genuine(refused, body, found);
      case HEADER_MISSING -> headerMissing(refused, found);
      case CLOCK -> clock(refused, body, found);
      case SECRET_OR_BODY -> mismatch(refused, body, found);
      case HEADER_MALFORMED, HEADER_CUT, HEADER_REWRITTEN, BODY_RESERIALIZED, SECRET_MISWRITTEN ->
          of(found, found.cause(), found.sentence() + via(refused), found.hint());
      default -> of(found, found.cause(), found.sentence(), found.hint());
    };
  }

  private static CaptureExplanation of(
      SignatureExplanation found, Cause cause, String sentence, @Nullable String hint) {
    String verdict =
        switch (found.verdict()) {
          case Verdict.Genuine _ -> "genuine";
          case Verdict.Refused of -> of.code();
        };
    return new CaptureExplanation(verdict, cause, sentence, hint);
  }

  /// The signature is valid now.
  private static CaptureExplanation genuine(
      RefusedWebhook refused, byte[] body, SignatureExplanation found) {
    if (refused.reason() == CaptureReason.EVENT_UNREADABLE
        && EventReader.read(body) instanceof EventReading.Unidentified(String reason)) {
      return of(
          found,
          Cause.EVENT_UNREADABLE,
          "The signature is valid, but the body is not an event of Stripe: " + reason + ".",
          "its sender knows an endpoint secret of this bridge: look for what else signs with it,"
              + " or what cuts the body before it is signed");
    }
    if (refused.reason() == CaptureReason.SIGNATURE_MISMATCH) {
      // Nothing of the capture has changed, so the matching secret was not among those tried.
      return of(
          found,
          Cause.SECRET_ADDED_SINCE,
          "The secret that signed it was not configured then ("
              + tried(refused)
              + "), and is now. "
              + found.sentence(),
          "nothing is left to do for this bridge: Stripe sends the event again for three days; if"
              + " webhooks are still refused, a replica runs with other secrets");
    }
    return of(found, Cause.NONE, found.sentence(), found.hint());
  }

  private static CaptureExplanation headerMissing(
      RefusedWebhook refused, SignatureExplanation found) {
    Optional<String> agent = refused.header("User-Agent");
    boolean isStripe = agent.filter(text -> text.startsWith(STRIPE_AGENT)).isPresent();
    if (isStripe || agent.isEmpty()) {
      return of(
          found,
          Cause.HEADER_MISSING,
          found.sentence() + sender(refused) + via(refused),
          found.hint());
    }
    return of(
        found,
        Cause.SENDER_UNKNOWN,
        found.sentence() + sender(refused) + via(refused),
        "find out who sends this; if it is Stripe through a gateway that sends requests of its own,"
            + " make the gateway forward the Stripe-Signature header");
  }

  private static CaptureExplanation clock(
      RefusedWebhook refused, byte[] body, SignatureExplanation found) {
    if (found.verdict() instanceof Verdict.FromFuture ahead) {
      return of(
          found,
          Cause.CLOCK,
          found.sentence()
              + " Stripe's clock is right, so the clock of the bridge was "
              + ahead.ahead().toSeconds()
              + " s slow.",
          "compare the bridge's clock with a time server, and mend its time synchronization");
    }
    String held =
        Likeness.isEvent(body)
            ? " Either the clock of the bridge was fast, or the webhook was stored on the way and"
                + " sent later."
            : "";
    return of(found, Cause.CLOCK, found.sentence() + held + via(refused), found.hint());
  }

  private static CaptureExplanation mismatch(
      RefusedWebhook refused, byte[] body, SignatureExplanation found) {
    Optional<StripeEvent> event =
        EventReader.read(body) instanceof EventReading.Identified(StripeEvent read)
            ? Optional.of(read)
            : Optional.empty();
    String none = "No secret made this signature (tried: " + tried(refused) + ").";
    Optional<Boolean> isLive = event.map(StripeEvent::livemode);
    if (isLive.isPresent() && areOfOtherMode(refused.secretsTried(), isLive.get())) {
      String mode = isLive.get() ? "live" : "test";
      return of(
          found,
          Cause.SECRET_OF_OTHER_MODE,
          none
              + " The event is of "
              + mode
              + " mode, and the labels of the secrets are of the other: test and live mode have"
              + " endpoints, and secrets, of their own.",
          "send "
              + mode
              + " events to a bridge of their own, or add the secret of the "
              + mode
              + "-mode endpoint to STRIPE_WEBHOOK_SECRET");
    }
    String mode =
        isLive.map(live -> " The event is of " + (live ? "live" : "test") + " mode.").orElse("");
    if (!Likeness.hasStripesLayout(body)) {
      return of(
          found,
          Cause.SECRET_OR_BODY,
          none
              + " None of the usual ways to change a body explains it, and the body does not look"
              + " as Stripe writes it."
              + mode
              + sender(refused)
              + via(refused),
          found.hint());
    }
    return of(
        found,
        Cause.SECRET_WRONG,
        none
            + " The body has Stripe's own layout, so most probably nobody has changed it and the"
            + " secret is wrong."
            + mode
            + rolling(refused),
        "compare STRIPE_WEBHOOK_SECRET with the signing secret of this endpoint in the Dashboard:"
            + " it may have been rolled, and each endpoint has its own, as has 'stripe listen'; to"
            + " try one, set it and run this command again");
  }

  /// Stripe signs with both secrets while one is rolled.
  private static String rolling(RefusedWebhook refused) {
    int count = refused.signature().orElse("").split("v1=", -1).length - 1;
    return count > 1
        ? " It has " + count + " signatures: the secret is being rolled, and both are missing here."
        : "";
  }

  /// Whether all labels name a mode, and none this one.
  private static boolean areOfOtherMode(List<String> labels, boolean isLive) {
    Pattern other = isLive ? TEST_LABEL : LIVE_LABEL;
    return !labels.isEmpty()
        && labels.stream()
            .allMatch(label -> other.matcher(label.toLowerCase(Locale.ROOT)).matches());
  }

  /// What was refused before its body was read.
  private static CaptureExplanation ofHead(RefusedWebhook refused) {
    String code = refused.reason().code();
    return switch (refused.reason()) {
      case BODY_TOO_LARGE ->
          new CaptureExplanation(
              code,
              Cause.BODY_TOO_LARGE,
              "The body exceeds 1 MiB"
                  + refused
                      .header("Content-Length")
                      .map(length -> " (Content-Length: " + quoted(length) + ")")
                      .orElse("")
                  + ". Stripe's webhooks are smaller."
                  + sender(refused)
                  + via(refused),
              "find out who sends this, or what wraps Stripe's webhooks on the way");
      case BODY_ENCODED ->
          new CaptureExplanation(
              code,
              Cause.BODY_ENCODED,
              "The body has a Content-Encoding"
                  + refused.header("Content-Encoding").map(text -> ": " + quoted(text)).orElse("")
                  + ". Stripe signs the plain body and sends it without one, so something has"
                  + " compressed it."
                  + sender(refused)
                  + via(refused),
              "turn off compression of request bodies in the proxy in front of the bridge");
      case BODY_BROKEN ->
          new CaptureExplanation(
              code,
              Cause.BODY_BROKEN,
              "The body ended early or was not valid HTTP." + sender(refused) + via(refused),
              "look for a timeout or a size limit in the proxy in front of the bridge");
      default ->
          new CaptureExplanation(
              code,
              Cause.SECRET_OR_BODY,
              refused.sentence() + " The capture has no body.",
              "look for another capture, with a body");
    };
  }

  private static String tried(RefusedWebhook refused) {
    List<String> labels = refused.secretsTried();
    if (labels.stream().allMatch(String::isEmpty)) {
      return labels.size() == 1 ? "1 secret" : labels.size() + " secrets";
    }
    return labels.stream()
        .map(label -> label.isEmpty() ? "one without label" : "'" + label + "'")
        .collect(Collectors.joining(", "));
  }

  private static String sender(RefusedWebhook refused) {
    return refused
        .header("User-Agent")
        .map(agent ->
            agent.startsWith(STRIPE_AGENT)
                ? " Its User-Agent is Stripe's."
                : " Its User-Agent is '" + quoted(agent) + "', not Stripe's.")
        .orElse(" It has no User-Agent.");
  }

  private static String via(RefusedWebhook refused) {
    return refused.header("Via").map(text -> " It came via '" + quoted(text) + "'.").orElse("");
  }

  /// A sender's text, which must not move a cursor.
  private static String quoted(String text) {
    return Quoted.escaped(text, QUOTED_MAX);
  }
}
