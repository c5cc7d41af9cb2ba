package stripebridge.cli.envelope;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.Version;
import stripebridge.cli.option.InputFile;
import stripebridge.cli.option.OptionText;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.option.TopologyOption;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;
import stripebridge.core.event.StripeEvent;
import stripebridge.core.json.Json;
import stripebridge.core.normalization.Envelope;
import stripebridge.core.normalization.Normalization;
import stripebridge.core.normalization.Normalizer;
import stripebridge.core.normalization.Receipt;
import stripebridge.core.redaction.Redaction;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Routing;

/// `stripebridge envelope`: routes and normalizes an event without a broker.
@Command(
    name = "envelope",
    description = "Print the topic and envelope with which an event would be published.",
    footer = {
      "",
      "The first line is the topic. The rest is the envelope, byte for byte unless",
      "--redact masks personal data.",
      "",
      "Examples:",
      "  stripebridge envelope event.json",
      "  stripebridge envelope --output json - < event.json"
    })
public final class EnvelopeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The body of a webhook; `-` is standard input.")
  private String file;

  @Mixin private TopologyOption topology;

  @Option(names = "--redact", description = OptionText.REDACT)
  private boolean redact;

  @Mixin private OutputOptions output;

  private final CliContext context;
  private final SettingOptions settings = SettingOptions.of(Settings.STRIPE_ACCOUNT_ID);

  private EnvelopeCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    EnvelopeCommand command = new EnvelopeCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() {
    String account =
        settings.reader(context).read(EnumSet.of(SettingGroup.MESSAGE)).message().accountId();
    RoutingTable routes = topology.read(context).routing();
    byte[] body = InputFile.read(context, file);
    StripeEvent event = event(body);
    Routing routing = routes.route(event.type(), event.accountOr(account));
    byte[] envelope = shown(envelope(event, body, account));
    if (output.format() == OutputFormat.TABLE) {
      context.out().println(routing.topic());
      context.out().writeBytes(envelope);
      context.out().println();
    } else {
      boolean raw = output.format() == OutputFormat.JSON;
      Document document = generator -> write(routing, envelope, raw, generator);
      document.print(output.format(), context.out());
    }
    return ExitCode.OK.value();
  }

  private StripeEvent event(byte[] body) {
    return switch (EventReader.read(body)) {
      case EventReading.Identified(StripeEvent event) -> event;
      case EventReading.Unidentified(String reason) ->
          throw CommandFailure.usage(
              "cannot read the event in '" + file + "': " + reason,
              "the bridge would answer this webhook with 400; pass a body as Stripe sends it");
    };
  }

  private Envelope envelope(StripeEvent event, byte[] body, String account) {
    Receipt receipt =
        new Receipt(context.clock().instant(), account, Version.text(), UUID.randomUUID());
    return switch (Normalizer.normalize(event, body, receipt)) {
      case Normalization.Normalized(Envelope envelope) -> envelope;
      case Normalization.Unreadable(String reason) ->
          throw CommandFailure.usage(
              "cannot normalize event " + event.id() + " in '" + file + "': " + reason,
              "the bridge would keep this event and park it as unreadable");
    };
  }

  private byte[] shown(Envelope envelope) {
    byte[] whole = envelope.toJson();
    if (!redact) {
      return whole;
    }
    ByteArrayOutputStream masked = new ByteArrayOutputStream();
    try (JsonGenerator generator = new JsonFactory().createGenerator(masked)) {
      Redaction.copy(whole, generator);
    } catch (IOException e) {
      throw new UncheckedIOException("an envelope must be JSON", e);
    }
    return masked.toByteArray();
  }

  /// @param raw whether to write the envelope into the document byte for byte
  private static void write(Routing routing, byte[] envelope, boolean raw, JsonGenerator generator)
      throws IOException {
    generator.writeStartObject();
    generator.writeStringField("topic", routing.topic().name());
    generator.writeStringField(
        "route", routing.route() == null ? null : routing.route().pattern().text());
    generator.writeFieldName("envelope");
    if (raw) {
      generator.writeRawValue(new String(envelope, StandardCharsets.UTF_8));
    } else {
      try (JsonParser parser = Json.strictParser(envelope)) {
        parser.nextToken();
        generator.copyCurrentStructure(parser);
      }
    }
    generator.writeEndObject();
  }
}
