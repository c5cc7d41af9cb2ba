package stripebridge.cli.validate.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import stripebridge.cli.CommandFailure;

/// The files of `--report`. They are opened before anything is validated: CI cannot use a run whose
/// report cannot be written.
public final class ReportFiles implements AutoCloseable {
  private final Map<Format, Path> files;
  private final Map<Format, OutputStream> open = new LinkedHashMap<>();
  private boolean isWritten;

  /// The formats of a report.
  public enum Format {
    /// JUnit's XML, which CI servers read.
    JUNIT {
      @Override
      void write(Report report, OutputStream out) throws IOException {
        JunitReport.write(report, out);
      }
    },
    JSON {
      @Override
      void write(Report report, OutputStream out) throws IOException {
        JsonReport.write(report, out);
      }
    },
    /// Markdown, for a job's summary.
    MD {
      @Override
      void write(Report report, OutputStream out) throws IOException {
        MarkdownReport.write(report, out);
      }
    };

    abstract void write(Report report, OutputStream out) throws IOException;
  }

  private ReportFiles(Map<Format, Path> files) {
    this.files = files;
  }

  /// Parses the values of `--report`.
  ///
  /// @param files by the name of the format
  /// @throws IllegalArgumentException for an unknown format, or a name that no file can have
  public static Map<Format, Path> paths(Map<String, String> files, Path workingDirectory) {
    Map<Format, Path> paths = new EnumMap<>(Format.class);
    files.forEach((name, file) -> {
      Format format =
          Arrays.stream(Format.values())
              .filter(each -> each.name().equals(name.toUpperCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "--report takes junit=FILE, json=FILE or md=FILE, not '" + name + "'"));
      try {
        paths.put(format, workingDirectory.resolve(file));
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException("--report takes a file, not '" + file + "'", e);
      }
    });
    return paths;
  }

  /// Opens and empties all files.
  ///
  /// @throws CommandFailure when one cannot be written
  public static ReportFiles open(Map<Format, Path> files) {
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

  /// Writes the report to each file, in its format.
  ///
  /// @throws CommandFailure for example when the disk is full
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

  /// Deletes the files if no report was written: a reader would take an empty one for a broken
  /// report.
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
