package stripebridge.cli.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.json.Json;
import stripebridge.core.redaction.Redaction;

/// `stripebridge inbox show`: one entry and its event.
@Command(
    name = "show",
    description = "Show one entry and its event.",
    footer = {
      "",
      "Of the event, only what is known to be harmless is shown: ids, types, states,",
      "amounts, times. The rest is masked. The inbox does not keep a published event;",
      "its message is on the broker.",
      "",
      "Example:",
      "  stripebridge inbox show evt_1SdF006Qm8VtBn2LdWzab12CdEf"
    })
public final class InboxShowCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The event's id.")
  private String id = "";

  @Option(names = "--reveal", description = "Show the event unmasked, with personal data.")
  private boolean reveal;

  @Mixin private OutputOptions output;

  private final CliContext context;
  private final SettingOptions settings = SettingOptions.ofGroups(SettingGroup.INBOX);

  private InboxShowCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    InboxShowCommand command = new InboxShowCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  private record Found(EntryRow row, Optional<byte[]> body) {}

  @Override
  public Integer call() throws InterruptedException {
    Optional<Found> found =
        OpenInbox.use(
            context,
            settings.reader(context),
            inbox -> {
              Optional<EntryRow> row = inbox.find(id);
              return row.isEmpty()
                  ? Optional.empty()
                  : Optional.of(new Found(row.get(), inbox.body(id)));
            });
    Found entry =
        found.orElseThrow(() ->
            CommandFailure.usage(
                "cannot show '" + id + "': the inbox has no such event",
                "a published id expires after IDEMPOTENCY_TTL_SECONDS; see what there is with"
                    + " 'stripebridge inbox list'"));
    if (output.format() == OutputFormat.TABLE) {
      print(entry);
    } else {
      Document document = generator -> write(entry, generator);
      document.print(output.format(), context.out());
    }
    return ExitCode.OK.value();
  }

  private void print(Found entry) {
    EntryRow row = entry.row();
    line("event", row.eventId());
    line("type", row.eventType());
    line("account", row.account());
    line("state", EntryText.state(row));
    line("why", EntryText.why(row));
    line("refusals", row.refusals() + ", of them permanent " + row.permanentRefusals());
    line("accepted", row.receivedAt().toString());
    line("settled", row.settledAt().map(Object::toString).orElse(""));
    entry
        .body()
        .ifPresentOrElse(
            body -> {
              context.out().println();
              context.out().println(text(body));
            },
            () -> line("body", "not kept: it is " + EntryText.state(row)));
  }

  private void line(String name, String value) {
    if (!value.isEmpty()) {
      context.out().printf("%-9s %s%n", name, value);
    }
  }

  private String text(byte[] body) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator generator =
        new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
      copy(body, generator);
    } catch (IOException e) {
      return reveal ? new String(body, UTF_8) : unreadable(e);
    }
    return text.toString(UTF_8);
  }

  private void copy(byte[] body, JsonGenerator generator) throws IOException {
    if (!reveal) {
      Redaction.copy(body, generator);
      return;
    }
    try (JsonParser parser = Json.lenientParser(Json.withoutByteOrderMark(body))) {
      while (parser.nextToken() != null) {
        generator.copyCurrentEventExact(parser);
      }
    }
  }

  private static String unreadable(IOException failure) {
    return "(the event cannot be masked: "
        + Json.malformedAt(failure)
        + "; --reveal shows it unmasked)";
  }

  private void write(Found entry, JsonGenerator generator) throws IOException {
    generator.writeStartObject();
    EntryText.write(entry.row(), generator);
    if (entry.body().isPresent()) {
      byte[] body = entry.body().get();
      generator.writeFieldName("event");
      if (isJson(body)) {
        copy(body, generator);
      } else {
        generator.writeString(text(body));
      }
    }
    generator.writeEndObject();
  }

  private static boolean isJson(byte[] body) {
    try (JsonParser parser = Json.lenientParser(Json.withoutByteOrderMark(body))) {
      int values = 0;
      int depth = 0;
      while (parser.nextToken() != null) {
        depth += parser.currentToken().isStructStart() ? 1 : 0;
        depth -= parser.currentToken().isStructEnd() ? 1 : 0;
        values += depth == 0 ? 1 : 0;
      }
      return values == 1;
    } catch (IOException _) {
      return false;
    }
  }
}
