package stripebridge.cli.inbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.Age;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxLoss;
import stripebridge.core.inbox.InboxStats;

/// `stripebridge inbox stats`: the entries in numbers.
@Command(
    name = "stats",
    description = "Count entries by state, with event types and reasons.",
    footer = {"", "Example:", "  stripebridge inbox stats"})
public final class InboxStatsCommand implements Callable<Integer> {
  private static final long KIB = 1_024;

  @Mixin private OutputOptions output;

  private final CliContext context;
  private final SettingOptions settings = SettingOptions.ofGroups(SettingGroup.INBOX);

  private InboxStatsCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    InboxStatsCommand command = new InboxStatsCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    Snapshot snapshot =
        OpenInbox.use(
            context,
            settings.reader(context),
            inbox -> new Snapshot(inbox.stats(), inbox.losses()));
    if (output.format() == OutputFormat.TABLE) {
      print(snapshot.stats());
      snapshot.losses().forEach(loss -> context.err().println(LossText.of(loss)));
    } else {
      Document document = generator -> write(snapshot, generator);
      document.print(output.format(), context.out());
    }
    return ExitCode.OK.value();
  }

  private record Snapshot(InboxStats stats, List<InboxLoss> losses) {}

  private void print(InboxStats stats) {
    for (EntryState state : EntryState.values()) {
      line(EntryText.state(state), Long.toString(stats.byState().getOrDefault(state, 0L)));
      switch (state) {
        case WAITING -> {
          stats
              .oldestWaiting()
              .ifPresent(since ->
                  line("  oldest", Age.text(Duration.between(since, context.clock().instant()))));
          lines(stats.waitingByType());
          stats.heldByTopic().forEach((topic, count) -> line("  held", count + " behind " + topic));
        }
        case PARKED -> lines(stats.parkedByReason());
        case PUBLISHED, DISCARDED -> {}
      }
    }
    line("size", stats.bytes() / KIB + " KiB");
  }

  private void lines(Map<String, Long> counts) {
    counts.forEach((name, count) -> line("  " + name.toLowerCase(Locale.ROOT), count.toString()));
  }

  private void line(String name, String value) {
    context.out().printf("%-38s %s%n", name, value);
  }

  private static void write(Snapshot snapshot, JsonGenerator generator) throws IOException {
    InboxStats stats = snapshot.stats();
    generator.writeStartObject();
    for (EntryState state : EntryState.values()) {
      generator.writeNumberField(EntryText.state(state), stats.byState().getOrDefault(state, 0L));
    }
    if (stats.oldestWaiting().isPresent()) {
      generator.writeStringField("oldest_waiting", stats.oldestWaiting().get().toString());
    } else {
      generator.writeNullField("oldest_waiting");
    }
    write(generator, "waiting_by_type", stats.waitingByType());
    write(generator, "held_by_topic", stats.heldByTopic());
    generator.writeObjectFieldStart("parked_by_reason");
    for (Map.Entry<String, Long> each : stats.parkedByReason().entrySet()) {
      generator.writeNumberField(each.getKey().toLowerCase(Locale.ROOT), each.getValue());
    }
    generator.writeEndObject();
    generator.writeNumberField("bytes", stats.bytes());
    generator.writeNumberField(
        "events_missing", snapshot.losses().stream().mapToLong(InboxLoss::events).sum());
    generator.writeEndObject();
  }

  private static void write(JsonGenerator generator, String name, Map<String, Long> counts)
      throws IOException {
    generator.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      generator.writeNumberField(count.getKey(), count.getValue());
    }
    generator.writeEndObject();
  }
}
