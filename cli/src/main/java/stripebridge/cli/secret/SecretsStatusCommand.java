package stripebridge.cli.secret;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.inbox.OpenInbox;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.OutputFormat;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.secret.SecretFinding;
import stripebridge.core.secret.SecretLedger;
import stripebridge.core.secret.SecretStatus;
import stripebridge.service.secret.SecretWatch;

/// `stripebridge secrets status`: each webhook secret with its age, its last use, and who has it.
@Command(
    name = "status",
    description = "Show the age and the last use of each webhook secret; exit 3 on findings.",
    footer = {
      "",
      "Each serve reports its secrets to the inbox, when they change and once a minute.",
      "A secret is named by its label and by a fingerprint that only this inbox has.",
      "Findings:",
      "  old        older than SECRET_MAX_AGE_DAYS",
      "  unused     has verified nothing for 48 hours, while another secret has",
      "  only-one   no second secret is configured, as a roll needs for a day",
      "",
      "Examples:",
      "  stripebridge secrets status",
      "  stripebridge secrets status --allow only-one --output json"
    })
public final class SecretsStatusCommand implements Callable<Integer> {
  @Mixin private OutputOptions output;

  @Option(
      names = "--allow",
      paramLabel = "FINDING",
      split = ",",
      converter = Converter.class,
      completionCandidates = Candidates.class,
      description = "Exit 0 in spite of this finding: ${COMPLETION-CANDIDATES}. Repeatable.")
  private List<SecretFinding> allowed = new ArrayList<>();

  private final CliContext context;
  private final SettingOptions settings =
      SettingOptions.ofGroups(SettingGroup.INBOX, SettingGroup.SECRETS);

  private SecretsStatusCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    SecretsStatusCommand command = new SecretsStatusCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    ConfigReader reader = settings.reader(context);
    Optional<Duration> ageMax = reader.read(EnumSet.of(SettingGroup.SECRETS)).secrets().ageMax();
    String memo = OpenInbox.use(context, reader, inbox -> inbox.memo(SecretWatch.MEMO));
    SecretStatus status =
        SecretLedger.parse(memo)
            .map(ledger -> ledger.status(context.clock().instant(), ageMax))
            .orElseThrow(() -> SecretLedger.isOfLaterRelease(memo) ? ofLaterRelease() : notSeen());
    SecretsText text = new SecretsText(status, ageMax, context.clock().instant());
    if (output.format() == OutputFormat.TABLE) {
      text.print(context.out());
    } else {
      text.document().print(output.format(), context.out());
    }
    Set<SecretFinding> found =
        status.secrets().stream()
            .flatMap(row -> row.findings().stream())
            .filter(finding -> !allowed.contains(finding))
            .collect(Collectors.toSet());
    text.notes(found).forEach(context.err()::println);
    return (found.isEmpty() ? ExitCode.OK : ExitCode.DIFFERENCES).value();
  }

  private static CommandFailure notSeen() {
    return new CommandFailure(
        ExitCode.UNAVAILABLE,
        "cannot show webhook secrets: no serve that uses this inbox has reported any",
        "start serve of this release; it reports its secrets within a second");
  }

  private static CommandFailure ofLaterRelease() {
    return new CommandFailure(
        ExitCode.UNAVAILABLE,
        "cannot show webhook secrets: a bridge of a later release records them in this inbox",
        "run 'secrets status' of that release");
  }

  /// Reads a finding's name.
  private static final class Converter implements ITypeConverter<SecretFinding> {
    @Override
    public SecretFinding convert(String text) {
      return Stream.of(SecretFinding.values())
          .filter(finding -> finding.text().equals(text))
          .findFirst()
          .orElseThrow(() ->
              new TypeConversionException(
                  "'" + text + "' is not a finding: " + String.join(", ", new Candidates())));
    }
  }

  /// The names of all findings.
  private static final class Candidates extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Candidates() {
      Stream.of(SecretFinding.values()).map(SecretFinding::text).forEach(this::add);
    }
  }
}
