package stripebridge.core.testing;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `docs/reference/envelope.schema.json`, as a consumer would use it.
public final class EnvelopeSchema {
  /// Where consumers find it.
  public static final Path FILE =
      ProjectFiles.root().resolve("docs/reference/envelope.schema.json");

  private static final Schema SCHEMA = read();

  private EnvelopeSchema() {}

  /// The schema's errors for an envelope; empty when it is valid.
  public static List<String> problems(byte[] envelope) {
    return SCHEMA
        .validate(
            JsonTree.parse(envelope),
            run -> run.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Error::toString)
        .toList();
  }

  private static Schema read() {
    try {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(Files.readString(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
