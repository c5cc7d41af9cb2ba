package stripebridge.cli.trigger;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.StopRequest;
import stripebridge.core.config.StripeApiSettings;
import stripebridge.stripe.api.ApiTrigger;
import stripebridge.stripe.api.Recipes;
import stripebridge.stripe.api.StripeApiException;

/// Makes Stripe send events, through its API in test mode. Only this run uses Stripe's library.
final class ApiTriggerRun {
  private final CliContext context;
  private final StripeApiSettings settings;
  private final @Nullable String account;
  private final boolean keeps;
  private final OutcomeLines lines;
  private int sent;
  private int failed;

  /// @param account the connected account to act for; null for the key's own
  /// @param keeps whether objects created at Stripe stay
  /// @param lines prints each result
  /// @throws CommandFailure when the key is not a test-mode key
  ApiTriggerRun(
      CliContext context,
      StripeApiSettings settings,
      @Nullable String account,
      boolean keeps,
      OutcomeLines lines) {
    if (!ApiTrigger.isTestKey(settings.key())) {
      throw CommandFailure.usage(
          "cannot use STRIPE_API_KEY: it is not a test-mode key, and triggering events with it"
              + " would move real money",
          "set a key that begins with sk_test_ or rk_test_");
    }
    this.context = context;
    this.settings = settings;
    this.account = account;
    this.keeps = keeps;
    this.lines = lines;
  }

  /// Filters the types that Stripe can be made to send.
  ///
  /// @param skips whether to skip an impossible type with a note; else it is a failure
  static List<String> possible(List<String> types, boolean skips, CliContext context) {
    for (String type : types) {
      String why = Recipes.whyNot(type).orElse(null);
      if (why != null) {
        String message = "cannot make Stripe send " + type + ": " + why;
        if (!skips) {
          throw CommandFailure.usage(message, "leave out --via api to send a generated event");
        }
        context.err().println("note: " + message);
      }
    }
    return types.stream().filter(type -> Recipes.whyNot(type).isEmpty()).toList();
  }

  /// Makes Stripe send each type once a round, until the user stops the run.
  ExitCode run(List<String> types, int rounds) {
    CountDownLatch stopped = new CountDownLatch(1);
    try (StopRequest.Listening _ = context.stop().onRequest(stopped::countDown)) {
      ApiTrigger trigger =
          new ApiTrigger(
              settings,
              account,
              time -> pause(stopped, time),
              context.clock(),
              keeps,
              this::noteLeftover);
      for (int round = 0; round < rounds; round++) {
        for (String type : types) {
          if (stopped.getCount() == 0) {
            return end(ExitCode.INTERRUPTED);
          }
          send(trigger, type);
        }
      }
      return end(failed == 0 ? ExitCode.OK : ExitCode.DIFFERENCES);
    } catch (InterruptedException _) {
      return end(ExitCode.INTERRUPTED);
    }
  }

  private void send(ApiTrigger trigger, String type) throws InterruptedException {
    try {
      ApiTrigger.Triggered done = trigger.trigger(type);
      String id = done.eventId();
      String complaint = id == null ? "Stripe did not list the event within 10 s" : "";
      print(new ApiOutcome(id == null ? "" : id, type, done.latency(), complaint));
    } catch (StripeApiException e) {
      String message = String.valueOf(e.getMessage());
      switch (e.kind()) {
        case UNAVAILABLE ->
            throw new CommandFailure(
                ExitCode.UNAVAILABLE,
                message,
                "check https://status.stripe.com and STRIPE_API_BASE, then try again");
        case REFUSED ->
            throw new CommandFailure(
                ExitCode.REFUSED,
                message,
                "set STRIPE_API_KEY to a test-mode secret key, or a restricted key with write"
                    + " permission for the event's objects");
        case UNEXPECTED -> print(new ApiOutcome("", type, Duration.ZERO, message));
      }
    }
  }

  private void print(ApiOutcome outcome) {
    lines.print(outcome);
    if (outcome.complaint().isEmpty()) {
      sent++;
    } else {
      failed++;
    }
  }

  private ExitCode end(ExitCode code) {
    context.err().println(sent + " sent" + (failed == 0 ? "" : ", " + failed + " failed"));
    return code;
  }

  private void noteLeftover(String object) {
    context.err().println("note: could not remove at Stripe: " + object);
  }

  private static void pause(CountDownLatch stopped, Duration time) throws InterruptedException {
    if (stopped.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("stopped");
    }
  }
}
