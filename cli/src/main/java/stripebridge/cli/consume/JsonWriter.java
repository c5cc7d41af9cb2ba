package stripebridge.cli.consume;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import stripebridge.cli.messages.MessageJson;
import stripebridge.core.broker.QueueMessage;

/// Prints each message as one line of JSON. The content of a map or stream is in `structure`,
/// beside its bytes.
final class JsonWriter implements MessageWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  @Override
  public void write(QueueMessage message, PrintStream out) {
    Object structure = message.content().payload().structure();
    try (JsonGenerator generator = FACTORY.createGenerator(new BufferedOutputStream(out))) {
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      generator.writeStartObject();
      MessageJson.writeFields(message, generator);
      if (structure != null) {
        generator.writeFieldName("structure");
        MessageJson.writeValue(structure, generator);
      }
      generator.writeEndObject();
      generator.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to standard output", e);
    }
  }
}
