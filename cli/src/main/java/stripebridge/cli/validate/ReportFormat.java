package stripebridge.cli.validate;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/// The forms of `--report`.
public enum ReportFormat {
  /// JUnit's XML, as CI servers read it.
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
  /// Markdown, as for a job's summary.
  MD {
    @Override
    void write(Report report, OutputStream out) throws IOException {
      MarkdownReport.write(report, out);
    }
  };

  abstract void write(Report report, OutputStream out) throws IOException;

  /// As a user writes it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
