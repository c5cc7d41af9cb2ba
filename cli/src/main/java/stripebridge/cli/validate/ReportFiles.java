package stripebridge.cli.validate;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import stripebridge.cli.CommandFailure;

/// The files that a report is written to, opened before anything is validated: a run whose report
/// cannot be written is none that CI can use.
public final class ReportFiles implements AutoCloseable {
  private final Map<ReportFormat, Path> files;
  private final Map<ReportFormat, OutputStream> open = new LinkedHashMap<>();
  private boolean isWritten;

  private ReportFiles(Map<ReportFormat, Path> files) {
    this.files = files;
  }

  /// Opens them all, emptied.
  ///
  /// @throws CommandFailure when one cannot be written
  public static ReportFiles open(Map<ReportFormat, Path> files) {
    ReportFiles opened = new ReportFiles(new LinkedHashMap<>(files));
    opened.files.forEach((format, file) -> {
      try {
        opened.open.put(format, Files.newOutputStream(file));
      } catch (IOException e) {
        opened.close();
        throw failure(file, e);
      }
    });
    return opened;
  }

  /// Writes each in its form.
  ///
  /// @throws CommandFailure when the disk is full, say
  public void write(Report report) {
    isWritten = true;
    open.forEach((format, out) -> {
      try {
        format.write(report, out);
        out.flush();
      } catch (IOException e) {
        throw failure(Path.of(String.valueOf(files.get(format))), e);
      }
    });
  }

  private static CommandFailure failure(Path file, IOException cause) {
    return CommandFailure.usage(
        "cannot write the report '" + file + "': " + cause.getMessage(),
        "pass --report a file in a directory that exists");
  }

  /// Nothing stays of a run that came to no report: an empty file would be taken for a broken one.
  @Override
  public void close() {
    for (OutputStream out : open.values()) {
      try {
        out.close();
      } catch (IOException _) {
        // What was written was flushed.
      }
    }
    if (!isWritten) {
      open.keySet().forEach(format -> Path.of(String.valueOf(files.get(format))).toFile().delete());
    }
  }
}
