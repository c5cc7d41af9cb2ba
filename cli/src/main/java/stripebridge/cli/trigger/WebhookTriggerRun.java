package stripebridge.cli.trigger;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.core.config.EndpointSecret;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.webhook.WebhookPoster;
import stripebridge.stripe.webhook.WebhookSigner;

/// Posts events to a bridge as signed webhooks, and says how each was answered.
final class WebhookTriggerRun {
  private final CliContext context;
  private final TriggeredEvents events;
  private final Sending sending;

  /// How events are sent.
  ///
  /// @param tamper what is broken in each webhook
  /// @param duplicates how often each event is posted again
  /// @param pace how fast
  /// @param isLiveAllowed whether events may claim to be live
  record Sending(Tamper tamper, int duplicates, Pace pace, boolean isLiveAllowed) {}

  WebhookTriggerRun(CliContext context, TriggeredEvents events, Sending sending) {
    this.context = context;
    this.events = events;
    this.sending = sending;
  }

  /// Makes the first round, so that a mistake in the request shows before anything is sent.
  ///
  /// @return the types of the events
  /// @throws CommandFailure when a change does not apply, or an event is live and may not be
  List<String> check() {
    Instant now = context.clock().instant();
    List<TestEvent> first;
    try {
      first = events.first(now);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "cannot set " + e.getMessage(),
          "see the object's fields in Stripe's API reference, or in one of your webhooks");
    }
    if (!sending.isLiveAllowed() && first.stream().anyMatch(TestEvent::isLive)) {
      throw CommandFailure.usage(
          "cannot send livemode events: their consumers would believe that money has moved",
          "pass --livemode twice if that is what you want");
    }
    noteOthers(first);
    return first.stream().map(TestEvent::type).toList();
  }

  /// A payout has no customer, for example: its partition key stays its own.
  private void noteOthers(List<TestEvent> events) {
    String customer = events.isEmpty() ? null : this.events.customer();
    if (customer == null) {
      return;
    }
    List<String> others =
        events.stream()
            .filter(event -> !event.isOfCustomer(customer))
            .map(TestEvent::type)
            .distinct()
            .toList();
    if (others.size() == events.size()) {
      throw CommandFailure.usage(
          "cannot send events of customer " + customer + ": these types have no customer",
          "leave out --customer, or name types with one, such as payment_intent.succeeded");
    }
    if (!others.isEmpty()) {
      context.err().println("note: --customer has no effect on " + String.join(", ", others));
    }
  }

  /// Posts the events until all are sent, the bridge stops answering, or the user stops the run.
  ///
  /// @throws CommandFailure when an answer was not the expected one, or none came
  ExitCode run(WebhookPoster poster, URI url, EndpointSecret secret, OutcomeLines lines)
      throws InterruptedException {
    WebhookSender sender =
        new WebhookSender(
            poster,
            url,
            new WebhookSigner(secret.secret()),
            context.clock(),
            sending.tamper(),
            sending.duplicates(),
            lines);
    TriggerCounts counts =
        sender.run(events.events(context.clock()), sending.pace(), context.stop());
    if (counts.answered() > 0) {
      String reached = sender.reached().map(rate -> "; " + rate.summary()).orElse("");
      String seed = events.file() == null ? "; --seed " + events.seed() : "";
      context.err().println(counts + reached + seed);
      sender
          .reached()
          .flatMap(ReachedRate::shortfall)
          .ifPresent(why -> context.err().println("note: " + why));
    }
    Optional<CommandFailure> failure = Refusals.of(counts, url);
    if (failure.isPresent()) {
      throw failure.get();
    }
    return context.stop().isRequested() ? ExitCode.INTERRUPTED : ExitCode.OK;
  }
}
