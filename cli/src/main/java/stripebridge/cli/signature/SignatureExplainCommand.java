package stripebridge.cli.signature;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.InputFile;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.core.capture.CaptureExplainer;
import stripebridge.core.capture.CaptureExplanation;
import stripebridge.core.capture.CaptureJson;
import stripebridge.core.capture.RefusedWebhook;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.WebhookSettings;
import stripebridge.core.signature.SignatureExplainer;
import stripebridge.core.signature.SignatureExplanation;
import stripebridge.core.signature.Verdict;

/// `stripebridge signature explain`: why the bridge would reject a webhook.
@Command(
    name = "explain",
    description = "Explain why a webhook's signature is invalid; tries every endpoint secret.",
    footer = {
      "",
      "Pass a capture of 'serve --capture-refused', or a header and a body.",
      "",
      "Examples:",
      "  stripebridge signature explain --capture refused/refused-….json",
      "  stripebridge signature explain --header 't=…,v1=…' --body body.json"
    })
public final class SignatureExplainCommand implements Callable<Integer> {
  @Option(
      names = "--capture",
      paramLabel = "FILE",
      description = "A capture of a refused webhook: header, body, time and the secrets tried.")
  private @Nullable String capture;

  @Option(
      names = "--header",
      paramLabel = "TEXT",
      description = "Value of the Stripe-Signature header; omit it if the header was missing.")
  private @Nullable String header;

  @Option(
      names = "--body",
      paramLabel = "FILE",
      description = "The body, byte for byte as received; `-` is standard input.")
  private @Nullable String body;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "Verify as of this time, such as 2026-11-20T10:00:00Z. Default: now, or the time of"
              + " the capture.")
  private @Nullable String at;

  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  private final CliContext context;
  private final SettingOptions settings = SettingOptions.ofGroups(SettingGroup.WEBHOOK);

  private SignatureExplainCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    SignatureExplainCommand command = new SignatureExplainCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() {
    if ((capture == null) == (body == null)) {
      throw wrong("Pass either --capture FILE, or --body FILE and --header TEXT");
    }
    if (capture != null && header != null) {
      throw wrong("A capture has its own header: pass --capture without --header");
    }
    WebhookSettings webhook =
        settings.reader(context).read(EnumSet.of(SettingGroup.WEBHOOK)).webhook();
    return (capture == null ? explainBody(webhook, body) : explainCapture(webhook, capture))
        .value();
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private ExitCode explainBody(WebhookSettings webhook, @Nullable String file) {
    byte[] bytes = InputFile.read(context, Objects.requireNonNull(file));
    SignatureExplanation explanation =
        new SignatureExplainer(webhook.secrets())
            .explain(header, bytes, at().orElseGet(() -> context.clock().instant()));
    CaptureExplanation same =
        new CaptureExplanation(
            code(explanation.verdict()),
            explanation.cause(),
            explanation.sentence(),
            explanation.hint());
    new ExplanationText(context, output.format()).print(same);
    boolean isGenuine = explanation.verdict() instanceof Verdict.Genuine;
    return isGenuine ? ExitCode.OK : ExitCode.DIFFERENCES;
  }

  private ExitCode explainCapture(WebhookSettings webhook, String file) {
    RefusedWebhook refused;
    try {
      refused = CaptureJson.read(InputFile.read(context, file));
    } catch (CaptureJson.NotACaptureException e) {
      throw CommandFailure.usage(
          "cannot read '" + file + "' as a capture: " + e.getMessage(),
          "pass a file that 'serve --capture-refused' wrote, or a body with --body FILE");
    }
    CaptureExplanation explanation =
        new CaptureExplainer(webhook.secrets()).explain(refused, at().orElseGet(refused::at));
    new ExplanationText(context, output.format()).print(explanation, refused);
    return explanation.isSettled() ? ExitCode.OK : ExitCode.DIFFERENCES;
  }

  private Optional<Instant> at() {
    if (at == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(at).toInstant());
    } catch (DateTimeException e) {
      throw CommandFailure.usage(
          "cannot read --at '" + at + "': it is not an ISO 8601 time with an offset",
          "for example: --at 2026-11-20T10:00:00Z");
    }
  }

  private static String code(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Genuine _ -> "genuine";
      case Verdict.Refused refused -> refused.code();
    };
  }
}
