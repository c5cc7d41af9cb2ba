package stripebridge.cli.trigger;

import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
import stripebridge.cli.option.OptionText;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.option.TopologyOption;
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
import stripebridge.stripe.webhook.PinnedTrustManager;
import stripebridge.stripe.webhook.WebhookPoster;

/// `stripebridge trigger`: sends events to the bridge as Stripe would.
@Command(
    name = "trigger",
    description = "Send test events to the bridge, signed as Stripe signs them.",
    footer = {
      "",
      "Needs no Stripe account. The events of one round belong together: a",
      "subscription, its customer, its invoice; --count sends more rounds, with new",
      "customers, ids and objects. Prints one line for each event. The exit code is 3",
      "when an answer was not the expected one, and 4 when the bridge did not answer.",
      "",
      "With --via api, Stripe in test mode sends the events to the endpoints it knows.",
      "What was created for them is removed again, which makes more events.",
      "",
      "Examples:",
      "  stripebridge trigger payment_intent.succeeded",
      "  stripebridge trigger --all --count 100 --rate 50",
      "  stripebridge trigger payment_intent.succeeded --count 5000 --rate 1000",
      "  stripebridge trigger charge.failed --set data.object.amount=4200",
      "  stripebridge trigger payout.failed --tamper body",
      "  stripebridge trigger invoice.finalized --via api"
    })
public final class TriggerCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "TYPE",
      completionCandidates = Types.class,
      description = "Event types, such as invoice.finalized; --list shows all.")
  private List<String> types = List.of();

  @Option(names = "--all", description = "Send an event of each type that has a route.")
  private boolean all;

  @Option(names = "--list", description = "Only list all types and where routed ones go.")
  private boolean list;

  @Option(
      names = "--count",
      paramLabel = "COUNT",
      defaultValue = "1",
      description = OptionText.COUNT + "; 1 of each type by default.")
  private long count;

  @Option(
      names = "--via",
      paramLabel = "WAY",
      completionCandidates = Ways.class,
      defaultValue = "webhook",
      description =
          "Post generated webhooks, or make Stripe send events through its API in test mode:"
              + " webhook or api; webhook by default.")
  private String via = "";

  @Option(
      names = "--keep",
      description = "With --via api: keep what was created at Stripe for the event.")
  private boolean keep;

  @Mixin private EventOptions content;
  @Mixin private SendingOptions sending;
  @Mixin private TopologyOption topology;
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
      new TypeList(topology.read(context)).print(output.format(), context.out());
      return ExitCode.OK.value();
    }
    checkNumbers();
    checkSources();
    ExitCode code =
        switch (via) {
          case "webhook" -> viaWebhook();
          case "api" -> viaApi();
          default -> throw wrong("--via takes webhook or api, not " + Quoted.of(via));
        };
    return code.value();
  }

  private ExitCode viaWebhook() throws InterruptedException {
    if (keep) {
      throw wrong("--keep requires --via api");
    }
    WebhookTriggerRun.Sending how =
        new WebhookTriggerRun.Sending(
            sending.tampering(), sending.duplicates(), sending.pace(), content.isLiveAllowed());
    TriggeredEvents events = content.events(types(), Math.toIntExact(count), context);
    WebhookTriggerRun run = new WebhookTriggerRun(context, events, how);
    List<String> sent = run.check();
    BridgeConfig config =
        settings.reader(context).read(EnumSet.of(SettingGroup.WEBHOOK, SettingGroup.HTTP));
    URI url = AppUrlOptions.webhooks(app.base(config.http()), config.http());
    try (WebhookPoster poster = poster(config.http())) {
      return run.run(poster, url, config.webhook().secrets().getFirst(), lines(sent));
    }
  }

  private ExitCode viaApi() {
    refuseWebhookOptions();
    List<String> possible = ApiTriggerRun.possible(types(), all, context);
    BridgeConfig config = settings.reader(context).read(EnumSet.of(SettingGroup.STRIPE_API));
    return new ApiTriggerRun(context, config.stripeApi(), content.account(), keep, lines(possible))
        .run(possible, Math.toIntExact(count));
  }

  private void refuseWebhookOptions() {
    Map<String, Boolean> given = content.given();
    given.putAll(sending.given());
    given.forEach((option, isGiven) -> {
      if (isGiven) {
        throw wrong(option + " does not go with --via api, where Stripe makes the event");
      }
    });
  }

  private void checkNumbers() {
    if (count < 1 || count > Integer.MAX_VALUE) {
      throw wrong("--count takes a number from 1 to " + Integer.MAX_VALUE);
    }
    sending.check();
  }

  private void checkSources() {
    int sources = (types.isEmpty() ? 0 : 1) + (all ? 1 : 0) + (content.hasFile() ? 1 : 0);
    if (sources != 1) {
      throw wrong(
          sources == 0
              ? "name event types, or pass --all or --file"
              : "event types, --all and --file exclude each other");
    }
    for (String type : types) {
      if (!EventTypes.isKnown(type)) {
        throw wrong(
            "there is no snapshot event of type "
                + Quoted.of(type)
                + Suggestion.phrase(type, EventTypes.all())
                + "; see 'stripebridge trigger --list'");
      }
    }
  }

  private List<String> types() {
    return all ? new TypeList(topology.read(context)).routed() : types;
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
          "set APP_TLS_CERT_PATH to the PEM file that the bridge on this machine uses, or pass"
              + " --app-url with its public name");
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  /// The types that a shell completes; read only when the completion script is made.
  static final class Types implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return EventTypes.all().iterator();
    }
  }

  /// The values of `--via`.
  static final class Ways implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("webhook", "api").iterator();
    }
  }
}
