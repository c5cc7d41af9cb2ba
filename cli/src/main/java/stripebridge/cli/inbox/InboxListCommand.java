package stripebridge.cli.inbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
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
import picocli.CommandLine.TypeConversionException;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.DurationText;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.output.Table;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxAdmin.EntryFilter;

/// `stripebridge inbox list`: the entries, and why each is in its state.
@Command(
    name = "list",
    description = "List entries, oldest first.",
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
      description = "Only entries in this state: waiting, published, parked or discarded.")
  private @Nullable String state;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Only entries of this event type; a trailing * matches any suffix.")
  private @Nullable String type;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only entries accepted since then: 30m, 2h or 3d ago, or 2026-11-20T10:00:00Z.")
  private @Nullable String since;

  @Option(
      names = "--limit",
      paramLabel = "COUNT",
      defaultValue = "100",
      description = "List at most this many; 100 by default.")
  private int limit;

  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  private final CliContext context;
  private final SettingOptions settings = SettingOptions.ofGroups(SettingGroup.INBOX);

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
      throw wrong("--limit takes a number from 1");
    }
    EntryFilter filter =
        new EntryFilter(
            Optional.ofNullable(state).map(this::state),
            Optional.ofNullable(type),
            Optional.ofNullable(since).map(this::since));
    // One more, to learn whether the list is cut.
    int rowsMax = limit == Integer.MAX_VALUE ? limit : limit + 1;
    List<EntryRow> found =
        OpenInbox.use(context, settings.reader(context), inbox -> inbox.list(filter, rowsMax));
    List<EntryRow> rows = found.subList(0, Math.min(limit, found.size()));
    if (output.format() == OutputFormat.TABLE) {
      print(rows);
    } else {
      Document document = generator -> write(rows, generator);
      document.print(output.format(), context.out());
    }
    if (found.size() > rows.size()) {
      context.err().println("there are more; see them with a higher --limit");
    }
    return ExitCode.OK.value();
  }

  private void print(List<EntryRow> rows) {
    if (rows.isEmpty()) {
      context.err().println("no entry matches");
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
      if (EntryText.state(each).equals(text)) {
        return each;
      }
    }
    throw wrong("--state takes waiting, published, parked or discarded, not '" + text + "'");
  }

  private Instant since(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException _) {
      // A duration, then. A bare number is more likely half a date.
    }
    try {
      if (!text.chars().allMatch(Character::isDigit)) {
        return context.clock().instant().minus(new DurationText().convert(text));
      }
    } catch (TypeConversionException | DateTimeException _) {
      // Told below.
    }
    throw wrong("--since takes 30m, 2h, 3d or 2026-11-20T10:00:00Z, not '" + text + "'");
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
