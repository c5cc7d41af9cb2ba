package stripebridge.cli.signature;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.output.Table;
import stripebridge.core.capture.CaptureName;
import stripebridge.core.capture.CaptureRoom;
import stripebridge.core.config.SettingGroup;

/// `stripebridge signature captures`: the captures of refused webhooks, by their names alone.
@Command(
    name = "captures",
    description = "List the captures of refused webhooks, oldest first.",
    footer = {
      "",
      "LIKELY says whether a webhook looks as if Stripe had sent it. Only the names of",
      "files are read.",
      "",
      "Examples:",
      "  stripebridge signature captures",
      "  stripebridge signature captures --capture-refused ./refused -o json"
    })
public final class SignatureCapturesCommand implements Callable<Integer> {
  @Mixin private OutputOptions output;

  private final CliContext context;
  private final SettingOptions settings = SettingOptions.ofGroups(SettingGroup.CAPTURE);

  private SignatureCapturesCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    SignatureCapturesCommand command = new SignatureCapturesCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  private record Row(CaptureName name, Path file) {
    boolean isLikely() {
      return name.room() == CaptureRoom.LIKELY;
    }
  }

  @Override
  public Integer call() {
    String named =
        settings
            .reader(context)
            .read(EnumSet.of(SettingGroup.CAPTURE))
            .capture()
            .folder()
            .orElseThrow(() ->
                CommandFailure.usage(
                    "cannot list captures: CAPTURE_REFUSED is not set",
                    "pass --capture-refused DIR; 'serve' captures nothing without it either"));
    Path folder = Path.of(named);
    List<Row> rows = rows(folder);
    if (output.format() == OutputFormat.TABLE) {
      print(folder, rows);
    } else {
      Document document = generator -> write(rows, generator);
      document.print(output.format(), context.out());
    }
    return ExitCode.OK.value();
  }

  private List<Row> rows(Path folder) {
    List<Row> rows = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(context.workingDirectory().resolve(folder))) {
      for (Path file : files) {
        String text = file.getFileName().toString();
        if (!CaptureName.isUnfinished(text)
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          // As the user wrote the folder, so that it can be pasted.
          CaptureName.of(text).ifPresent(name -> rows.add(new Row(name, folder.resolve(text))));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw CommandFailure.usage(
          "cannot list captures in '" + folder + "': " + reason(e),
          "'serve --capture-refused DIR' creates the directory, for its own user only");
    }
    rows.sort(Comparator.comparing(row -> row.name().text()));
    return rows;
  }

  private static String reason(Exception failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "it does not exist";
      case NotDirectoryException _ -> "it is not a directory";
      case AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(failure.getMessage());
    };
  }

  private void print(Path folder, List<Row> rows) {
    if (rows.isEmpty()) {
      context.err().println("no captures in " + folder);
      return;
    }
    Table table = new Table("REFUSED", "REASON", "LIKELY", "FILE");
    for (Row row : rows) {
      table.row(
          row.name().at().toString(),
          row.name().reason().code(),
          row.isLikely() ? "yes" : "no",
          row.file().toString());
    }
    table.print(context.out());
    context
        .err()
        .println("explain one with 'stripebridge signature explain --capture " + best(rows) + "'");
  }

  /// The last one that looks like Stripe's, else the last one.
  private static Path best(List<Row> rows) {
    return rows.reversed().stream().filter(Row::isLikely).findFirst().orElse(rows.getLast()).file();
  }

  private static void write(List<Row> rows, JsonGenerator generator) throws IOException {
    generator.writeStartArray();
    for (Row row : rows) {
      generator.writeStartObject();
      generator.writeStringField("refused_at", row.name().at().toString());
      generator.writeStringField("reason", row.name().reason().code());
      generator.writeBooleanField("likely", row.isLikely());
      generator.writeStringField("file", row.file().toString());
      generator.writeEndObject();
    }
    generator.writeEndArray();
  }
}
