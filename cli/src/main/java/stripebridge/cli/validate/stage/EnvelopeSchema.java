package stripebridge.cli.validate.stage;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The shipped JSON Schema of the envelope, `docs/reference/envelope.schema.json`.
final class EnvelopeSchema {
  private static final String SHIPPED = "/stripebridge/envelope.schema.json";

  private final Schema schema;

  private EnvelopeSchema(Schema schema) {
    this.schema = schema;
  }

  static EnvelopeSchema shipped() {
    try (InputStream in = EnvelopeSchema.class.getResourceAsStream(SHIPPED)) {
      if (in == null) {
        throw new IllegalStateException(SHIPPED + " is missing from our own jar");
      }
      return new EnvelopeSchema(
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + SHIPPED + " of our own jar", e);
    }
  }

  /// The violations in a JSON document; empty if it is valid.
  List<String> problems(byte[] json) {
    return schema
        .validate(
            new String(json, StandardCharsets.UTF_8),
            InputFormat.JSON,
            run -> run.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Error::toString)
        .toList();
  }
}
