package stripebridge.cli.consume;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Converts the client's maps and streams to JSON. Types that JSON lacks become text: bytes in
/// Base64, a destination by its name.
final class Structure {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Structure() {}

  /// The value as JSON, in UTF-8.
  static byte[] json(Object value) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator generator = FACTORY.createGenerator(json)) {
      write(value, generator);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return json.toByteArray();
  }

  private static void write(Object value, JsonGenerator to) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        to.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          to.writeFieldName(String.valueOf(entry.getKey()));
          write(entry.getValue(), to);
        }
        to.writeEndObject();
      }
      case List<?> list -> {
        to.writeStartArray();
        for (Object each : list) {
          write(each, to);
        }
        to.writeEndArray();
      }
      case byte[] bytes -> to.writeBinary(bytes);
      case Boolean truth -> to.writeBoolean(truth);
      case Double number -> to.writeNumber(number);
      case Float number -> to.writeNumber(number);
      case Number number -> to.writeNumber(number.longValue());
      case Optional<?> _ -> to.writeNull();
      default -> to.writeString(value.toString());
    }
  }
}
