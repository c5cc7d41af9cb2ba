package stripebridge.cli.inbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.output.Table;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxAdmin.EntryFilter;

/// `stripebridge inbox list`: which entries there are, and what keeps each where it is.
@Command(
    name = "list",
    description = "List entries, the oldest first.",
    footer = {
      "",
      "Examples:",
      "  stripebridge inbox list --state waiting --type invoice.*",
      "  stripebridge inbox list --since 2h --output json"
    })
public final class InboxListCommand implements Callable<Integer> {
  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only those that are waiting, published, parked or discarded.")
  private @Nullable String state;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Only those of this event type; a * at its end stands for any rest.")
  private @Nullable String type;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Only those accepted since: 30m, 2h, 3d, or a time such as 2026-11-20T10:00:00Z.")
  private @Nullable String since;

  @Option(
      names = "--limit",
      paramLabel = "COUNT",
      defaultValue = "100",
      description = "At most so many; 100 by default.")
  private int limit;

  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  private final CliContext context;
  private final SettingOptions settings = SettingOptions.ofSubjects(SettingGroup.INBOX);

  private InboxListCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    InboxListCommand command = new InboxListCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (limit < 1) {
      throw wrong("--limit takes a count from 1");
    }
    EntryFilter filter =
        new EntryFilter(
            Optional.ofNullable(state).map(this::state),
            Optional.ofNullable(type),
            Optional.ofNullable(since).map(this::since));
    // One more, to see whether there are more.
    int asked = limit == Integer.MAX_VALUE ? limit : limit + 1;
    List<EntryRow> found =
        OpenInbox.use(context, settings.reader(context), inbox -> inbox.list(filter, asked));
    List<EntryRow> rows = found.subList(0, Math.min(limit, found.size()));
    if (output.format() == OutputFormat.TABLE) {
      print(rows);
    } else {
      Document document = generator -> write(rows, generator);
      document.print(output.format(), context.out());
    }
    if (found.size() > rows.size()) {
      context.err().println("there are more; --limit shows them");
    }
    return ExitCode.OK.value();
  }

  private void print(List<EntryRow> rows) {
    if (rows.isEmpty()) {
      context.err().println("there is no such entry");
      return;
    }
    Table table = new Table("ACCEPTED", "EVENT", "TYPE", "STATE", "WHY");
    for (EntryRow row : rows) {
      table.row(
          row.receivedAt().toString(),
          row.eventId(),
          row.eventType(),
          EntryText.state(row),
          EntryText.why(row));
    }
    table.print(context.out());
  }

  private static void write(List<EntryRow> rows, JsonGenerator generator) throws IOException {
    generator.writeStartArray();
    for (EntryRow row : rows) {
      generator.writeStartObject();
      EntryText.write(row, generator);
      generator.writeEndObject();
    }
    generator.writeEndArray();
  }

  private EntryState state(String text) {
    for (EntryState each : EntryState.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
        return each;
      }
    }
    throw wrong("--state takes waiting, published, parked or discarded, not '" + text + "'");
  }

  private Instant since(String text) {
    try {
      if (text.matches("\\d{1,6}[smhd]")) {
        String iso = (text.endsWith("d") ? "P" : "PT") + text.toUpperCase(Locale.ROOT);
        return context.clock().instant().minus(Duration.parse(iso));
      }
      return Instant.parse(text);
    } catch (DateTimeException _) {
      throw wrong("--since takes 30m, 2h, 3d or 2026-11-20T10:00:00Z, not '" + text + "'");
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
