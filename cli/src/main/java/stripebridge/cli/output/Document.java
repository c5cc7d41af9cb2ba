package stripebridge.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/// Data for programs: a command writes it once and prints it as JSON or YAML.
@FunctionalInterface
public interface Document {
  /// Writes exactly one value.
  void write(JsonGenerator generator) throws IOException;

  /// Prints the document and a line break.
  ///
  /// @param format JSON or YAML
  default void print(OutputFormat format, PrintStream out) {
    try (JsonGenerator generator = generator(format, out)) {
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      write(generator);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to standard output", e);
    }
    if (format == OutputFormat.JSON) {
      out.println();
    }
  }

  /// Prints the document as one line of JSON, for programs that read line by line.
  default void printLine(PrintStream out) {
    try (JsonGenerator generator = new JsonFactory().createGenerator(out)) {
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      write(generator);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to standard output", e);
    }
    out.println();
  }

  private static JsonGenerator generator(OutputFormat format, PrintStream out) throws IOException {
    return switch (format) {
      case JSON -> new JsonFactory().createGenerator(out).useDefaultPrettyPrinter();
      case YAML ->
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .build()
              .createGenerator(out);
      case TABLE -> throw new IllegalArgumentException("a table is not a document");
    };
  }
}
