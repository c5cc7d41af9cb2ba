package stripebridge.cli.trigger;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.AppUrlOptions;
import stripebridge.cli.option.InputFile;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.option.TopologyFile;
import stripebridge.cli.output.Ink;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.problem.Quoted;
import stripebridge.core.problem.Suggestion;
import stripebridge.core.tls.TlsFileException;
import stripebridge.stripe.event.EventTypes;
import stripebridge.stripe.event.FieldChange;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.webhook.PinnedTrustManager;
import stripebridge.stripe.webhook.WebhookPoster;
import stripebridge.stripe.webhook.WebhookSigner;

/// `stripebridge trigger`: sends the bridge events as Stripe would.
@Command(
    name = "trigger",
    description = "Send the bridge events, made up and signed as Stripe's are.",
    footer = {
      "",
      "Needs neither an account nor Stripe. The events of one round agree with each",
      "other: a subscription, its customer, its invoice. Prints a line an event; the",
      "exit code is 3 when one was not answered as it had to be, and 4 when nobody",
      "answered.",
      "",
      "With --via api, Stripe in test mode sends the events to the endpoints that it",
      "knows, and what was made for them is taken back, which makes events as well.",
      "",
      "Examples:",
      "  stripebridge trigger payment_intent.succeeded",
      "  stripebridge trigger --all --count 100 --rate 50",
      "  stripebridge trigger charge.failed --set data.object.amount=4200",
      "  stripebridge trigger payout.failed --tamper body",
      "  stripebridge trigger invoice.finalized --via api"
    })
public final class TriggerCommand implements Callable<Integer> {
  private static final Set<Tamper> TAMPERS = EnumSet.complementOf(EnumSet.of(Tamper.NOTHING));

  @Parameters(
      arity = "0..*",
      paramLabel = "TYPE",
      completionCandidates = Types.class,
      description = "Types of events, such as invoice.finalized; --list shows all.")
  private List<String> types = List.of();

  @Option(names = "--all", description = "Send an event of each type that has a route.")
  private boolean all;

  @Option(
      names = "--list",
      description = "Send nothing; list all types, and where the routed ones go.")
  private boolean list;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = {
        "Send the event in this file, byte for byte unless another option changes it; `-` is"
            + " standard input."
      })
  private @Nullable String file;

  @Option(
      names = "--count",
      paramLabel = "COUNT",
      defaultValue = "1",
      description = "Send so many of each, with ids and objects of their own; 1 by default.")
  private int count;

  @Option(
      names = "--rate",
      paramLabel = "NUMBER",
      description = "Send so many a second; else one as soon as the one before is answered.")
  private @Nullable Double rate;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = {
        "Set a field, as in data.object.amount=4200. The value is JSON, or else text. Can be"
            + " repeated."
      })
  private List<String> set = List.of();

  @Option(
      names = "--account",
      paramLabel = "ACCOUNT",
      description = "Send events of this connected account; else of the endpoint's own.")
  private @Nullable String account;

  @Option(
      names = "--api-version",
      paramLabel = "VERSION",
      description = "Send events in this API version, such as 2024-06-20.")
  private @Nullable String apiVersion;

  @Option(
      names = "--livemode",
      description = {
        "Have the events say that they are about real money. Say it twice to mean it."
      })
  private boolean[] livemode = {};

  @Option(
      names = "--duplicate",
      paramLabel = "COUNT",
      defaultValue = "0",
      description = "Send each event again so many times, which must be told as duplicates.")
  private int duplicate;

  @Option(
      names = "--tamper",
      paramLabel = "WHAT",
      completionCandidates = Tampers.class,
      description = {
        "Break the signature, the body or the timestamp, which must be refused with 400."
      })
  private @Nullable String tamper;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Send the same ids and values again as the run that printed this seed.")
  private @Nullable Long seed;

  @Option(
      names = "--via",
      paramLabel = "WAY",
      completionCandidates = Ways.class,
      defaultValue = "webhook",
      description = {
        "Post a generated webhook, or have Stripe send one by calls of its API in test mode:"
            + " webhook or api; webhook by default."
      })
  private String via = "";

  @Option(
      names = "--keep",
      description = "With --via api: leave at Stripe what was made there for the event.")
  private boolean keep;

  @Option(
      names = "--topology",
      paramLabel = "FILE",
      description =
          "Take the routes from this file; else from topology.yaml, else the shipped ones.")
  private @Nullable String topology;

  @Mixin private AppUrlOptions app;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  private final CliContext context;
  private final SettingOptions settings =
      SettingOptions.of(
          Settings.STRIPE_WEBHOOK_SECRET, Settings.STRIPE_API_KEY, Settings.STRIPE_API_BASE);

  private TriggerCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    TriggerCommand command = new TriggerCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (list) {
      new TypeList(TopologyFile.read(context, topology)).print(output.format(), context.out());
      return ExitCode.OK.value();
    }
    return switch (via) {
      case "webhook" -> viaWebhook();
      case "api" -> viaApi();
      default -> throw wrong("--via takes webhook or api, not " + Quoted.of(via));
    };
  }

  private int viaWebhook() throws InterruptedException {
    if (keep) {
      throw wrong("--keep goes with --via api only");
    }
    Tamper tampering = tampering();
    checkNumbers();
    long used = seed == null ? RandomGenerator.getDefault().nextInt(1_000_000) : seed;
    TriggeredEvents events = events(used);
    List<TestEvent> first = checked(events);
    BridgeConfig config =
        settings.reader(context).read(EnumSet.of(SettingGroup.WEBHOOK, SettingGroup.HTTP));
    URI url = AppUrlOptions.webhooks(app.base(config.http()), config.http());
    TriggerCounts tally;
    try (WebhookPoster poster = poster(config.http())) {
      TriggerRun sending =
          new TriggerRun(
              poster,
              url,
              new WebhookSigner(config.webhook().secrets().getFirst().secret()),
              context.clock(),
              tampering,
              duplicate,
              lines(first.stream().map(TestEvent::type).toList()));
      Iterator<TestEvent> all = events.events(context.clock());
      tally = sending.run(all, rate == null ? 0 : rate, context.stop());
    }
    if (tally.answered() > 0) {
      context.err().println(tally + (file == null ? "; --seed " + used : ""));
    }
    Optional<CommandFailure> failure = Refusals.of(tally, url);
    if (failure.isPresent()) {
      throw failure.get();
    }
    return (context.stop().isRequested() ? ExitCode.INTERRUPTED : ExitCode.OK).value();
  }

  private int viaApi() {
    checkNumbers();
    refuseWhatOnlyWebhooksHave();
    checkWays();
    List<String> possible = ApiTriggerRun.possible(types(), all, context);
    BridgeConfig config = settings.reader(context).read(EnumSet.of(SettingGroup.STRIPE_API));
    return new ApiTriggerRun(context, config.stripeApi(), account, keep, lines(possible))
        .run(possible, count)
        .value();
  }

  private void refuseWhatOnlyWebhooksHave() {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("--file", file != null);
    given.put("--rate", rate != null);
    given.put("--set", !set.isEmpty());
    given.put("--api-version", apiVersion != null);
    given.put("--livemode", livemode.length > 0);
    given.put("--duplicate", duplicate != 0);
    given.put("--tamper", tamper != null);
    given.put("--seed", seed != null);
    given.forEach((option, isGiven) -> {
      if (isGiven) {
        throw wrong(option + " does not go with --via api, where Stripe makes the event");
      }
    });
  }

  private void checkNumbers() {
    if (count < 1 || duplicate < 0) {
      throw wrong(count < 1 ? "--count takes a number from 1" : "--duplicate takes a count from 0");
    }
    if (rate != null && !(rate >= 0.001 && rate <= 100_000)) {
      throw wrong("--rate takes a number from 0.001 to 100000");
    }
  }

  private Tamper tampering() {
    if (tamper == null) {
      return Tamper.NOTHING;
    }
    for (Tamper each : TAMPERS) {
      if (each.toString().equals(tamper)) {
        return each;
      }
    }
    throw wrong("--tamper takes signature, body or timestamp, not " + Quoted.of(tamper));
  }

  private void checkWays() {
    int ways = (types.isEmpty() ? 0 : 1) + (all ? 1 : 0) + (file == null ? 0 : 1);
    if (ways != 1) {
      throw wrong(
          ways == 0
              ? "name types of events, or pass --all or --file"
              : "types of events, --all and --file do not go together");
    }
    types.forEach(this::checkType);
  }

  private List<String> types() {
    return all ? new TypeList(TopologyFile.read(context, topology)).routed() : types;
  }

  private TriggeredEvents events(long seed) {
    checkWays();
    List<FieldChange> changes = new ArrayList<>();
    for (String each : set) {
      try {
        changes.add(FieldChange.parse(each));
      } catch (IllegalArgumentException e) {
        throw wrong("cannot set " + Quoted.of(each) + ": " + e.getMessage());
      }
    }
    return new TriggeredEvents(
        types(),
        file == null ? null : fromFile(file),
        count,
        seed,
        account,
        apiVersion,
        livemode.length > 0,
        changes);
  }

  private void checkType(String type) {
    if (!EventTypes.isKnown(type)) {
      Collection<String> known = EventTypes.all();
      throw wrong(
          "there is no snapshot event of type "
              + Quoted.of(type)
              + Suggestion.phrase(type, known)
              + "; see 'stripebridge trigger --list'");
    }
  }

  private TestEvent fromFile(String name) {
    try {
      return TestEvent.of(InputFile.read(context, name));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "cannot send the event in '" + name + "': " + e.getMessage(),
          "give the body of a webhook, as Stripe sends it");
    }
  }

  /// What is wrong with one event is so before any is sent.
  private List<TestEvent> checked(TriggeredEvents events) {
    List<TestEvent> first;
    try {
      first = events.first(context.clock().instant());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "cannot set " + e.getMessage(),
          "see its fields in Stripe's documents, or in a webhook of yours");
    }
    if (livemode.length < 2 && first.stream().anyMatch(TestEvent::isLive)) {
      throw CommandFailure.usage(
          "cannot send events that say livemode: whoever consumes them will believe that money"
              + " has moved",
          "pass --livemode twice if that is what you want");
    }
    return first;
  }

  private OutcomeLines lines(List<String> types) {
    int columns = types.stream().mapToInt(String::length).max().orElse(0);
    return new OutcomeLines(output.format(), context.out(), new Ink(context.color()), columns);
  }

  private WebhookPoster poster(HttpSettings http) {
    if (!app.isLocal() || !(http.identity() instanceof TlsIdentity.Pem(String certificates, _))) {
      return new WebhookPoster();
    }
    Path path = context.workingDirectory().resolve(certificates);
    try {
      return new WebhookPoster(PinnedTrustManager.context(path));
    } catch (TlsFileException e) {
      throw CommandFailure.usage(
          String.valueOf(e.getMessage()),
          "APP_TLS_CERT_PATH names the PEM file that the bridge on this machine uses; or pass"
              + " --app-url with its public name");
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  /// What a shell completes; read only when its script is made.
  static final class Types implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return EventTypes.all().iterator();
    }
  }

  /// The same for `--tamper`.
  static final class Tampers implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return TAMPERS.stream().map(Tamper::toString).iterator();
    }
  }

  /// The same for `--via`.
  static final class Ways implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("webhook", "api").iterator();
    }
  }
}
