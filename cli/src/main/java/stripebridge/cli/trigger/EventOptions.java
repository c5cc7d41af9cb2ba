package stripebridge.cli.trigger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.option.InputFile;
import stripebridge.core.problem.Quoted;
import stripebridge.stripe.event.FieldChange;
import stripebridge.stripe.event.TestEvent;

/// The options of `trigger` that say what is in the events.
final class EventOptions {
  // Short enough to type; a run prints the one it took.
  private static final int SEEDS = 1_000_000;
  // Stripe's ids are shorter, and Solace's limit for a partition key is 255 bytes.
  private static final Pattern CUSTOMER = Pattern.compile("cus_[A-Za-z0-9_]{1,251}");

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "Send the event in this file, unchanged unless another option changes it; `-` is"
              + " standard input.")
  private @Nullable String file;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Set a field: data.object.amount=4200, for example. The value is JSON, or else text."
              + " Can be repeated.")
  private List<String> set = List.of();

  @Option(
      names = "--account",
      paramLabel = "ACCOUNT",
      description = "Send events of this connected account; of the endpoint's own by default.")
  private @Nullable String account;

  @Option(
      names = "--customer",
      paramLabel = "CUSTOMER",
      description =
          "Send events of this customer, such as cus_1, which all have one partition key; each"
              + " round has a customer of its own by default.")
  private @Nullable String customer;

  @Option(
      names = "--api-version",
      paramLabel = "VERSION",
      description = "Send events in this API version, such as 2024-06-20.")
  private @Nullable String apiVersion;

  @Option(names = "--livemode", description = "Mark the events as live. Pass it twice to confirm.")
  private boolean[] livemode = {};

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Send the ids and values of the run that printed this seed.")
  private @Nullable Long seed;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  boolean hasFile() {
    return file != null;
  }

  /// Whether live events are confirmed.
  boolean isLiveAllowed() {
    return livemode.length >= 2;
  }

  /// Which of these options are used, by name.
  Map<String, Boolean> given() {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("--file", file != null);
    given.put("--set", !set.isEmpty());
    given.put("--customer", customer != null);
    given.put("--api-version", apiVersion != null);
    given.put("--livemode", livemode.length > 0);
    given.put("--seed", seed != null);
    return given;
  }

  @Nullable String account() {
    return account;
  }

  /// The events to send.
  ///
  /// @param types the types to generate, unless there is a file
  /// @throws ParameterException when a value is wrong
  /// @throws CommandFailure when the file cannot be read
  TriggeredEvents events(List<String> types, int rounds, CliContext context) {
    checkCustomer();
    return new TriggeredEvents(
        types,
        file == null ? null : eventIn(file, context),
        rounds,
        seed == null ? RandomGenerator.getDefault().nextInt(SEEDS) : seed,
        account,
        customer,
        apiVersion,
        livemode.length > 0,
        changes());
  }

  private void checkCustomer() {
    if (customer == null) {
      return;
    }
    if (file != null) {
      throw wrong("--customer does not go with --file; use --set data.object.customer=…");
    }
    if (!CUSTOMER.matcher(customer).matches()) {
      throw wrong(
          "--customer takes the id of a customer, such as cus_1, not " + Quoted.of(customer));
    }
  }

  private List<FieldChange> changes() {
    List<FieldChange> changes = new ArrayList<>();
    for (String each : set) {
      try {
        changes.add(FieldChange.parse(each));
      } catch (IllegalArgumentException e) {
        throw wrong("cannot set " + Quoted.of(each) + ": " + e.getMessage());
      }
    }
    return changes;
  }

  private static TestEvent eventIn(String name, CliContext context) {
    try {
      return TestEvent.of(InputFile.read(context, name));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "cannot send the event in '" + name + "': " + e.getMessage(),
          "pass the body of a webhook as Stripe sends it");
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
