package stripebridge.cli.signature;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.InputFile;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
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
      "Example:",
      "  stripebridge signature explain --header 't=…,v1=…' --body body.json"
    })
public final class SignatureExplainCommand implements Callable<Integer> {
  @Option(
      names = "--header",
      paramLabel = "TEXT",
      description = "Value of the Stripe-Signature header; omit it if the header was missing.")
  private @Nullable String header;

  @Option(
      names = "--body",
      paramLabel = "FILE",
      required = true,
      description = "The body, byte for byte as received; `-` is standard input.")
  private String body;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "Verify as of this time, such as 2026-11-20T10:00:00Z; now by default.")
  private @Nullable String at;

  @Mixin private OutputOptions output;

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
    WebhookSettings webhook =
        settings.reader(context).read(EnumSet.of(SettingGroup.WEBHOOK)).webhook();
    byte[] bytes = InputFile.read(context, body);
    SignatureExplanation explanation =
        new SignatureExplainer(webhook.secrets()).explain(header, bytes, now());
    if (output.format() == OutputFormat.TABLE) {
      print(explanation);
    } else {
      Document document = generator -> write(explanation, generator);
      document.print(output.format(), context.out());
    }
    boolean isGenuine = explanation.verdict() instanceof Verdict.Genuine;
    return (isGenuine ? ExitCode.OK : ExitCode.DIFFERENCES).value();
  }

  private Instant now() {
    if (at == null) {
      return context.clock().instant();
    }
    try {
      return OffsetDateTime.parse(at).toInstant();
    } catch (DateTimeException e) {
      throw CommandFailure.usage(
          "cannot read --at '" + at + "': it is not an ISO 8601 time with an offset",
          "for example: --at 2026-11-20T10:00:00Z");
    }
  }

  private void print(SignatureExplanation explanation) {
    context.out().println("verdict  " + code(explanation.verdict()));
    context.out().println("cause    " + name(explanation.cause()));
    context.out().println();
    context.out().println(explanation.sentence());
    if (explanation.hint() != null) {
      context.out().println("Next: " + explanation.hint() + ".");
    }
  }

  private static void write(SignatureExplanation explanation, JsonGenerator generator)
      throws IOException {
    generator.writeStartObject();
    generator.writeStringField("verdict", code(explanation.verdict()));
    generator.writeStringField("cause", name(explanation.cause()));
    generator.writeStringField("sentence", explanation.sentence());
    generator.writeStringField("hint", explanation.hint());
    generator.writeEndObject();
  }

  private static String code(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Genuine _ -> "genuine";
      case Verdict.Refused refused -> refused.code();
    };
  }

  private static String name(SignatureExplanation.Cause cause) {
    return cause.name().toLowerCase(Locale.ROOT);
  }
}
