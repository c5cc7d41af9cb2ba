package stripebridge.cli.drain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import stripebridge.cli.messages.MessageJson;
import stripebridge.cli.output.PrivateFile;
import stripebridge.core.broker.QueueAccess.Delivery;

/// Where drained messages go before they leave the queue.
interface MessageSink extends AutoCloseable {
  /// Nowhere.
  MessageSink NOWHERE = _ -> {};

  /// Returns when they are safe.
  void write(List<Delivery> batch) throws IOException;

  @Override
  default void close() throws IOException {}

  /// A file with a JSON object a line, see [MessageJson]; with the queue it came from, and when.
  final class JsonLines implements MessageSink {
    private final JsonFactory json = new JsonFactory();
    private final String queue;
    private final Instant now;
    private final PrivateFile file;

    /// Opens the file, to be gone on with where there is one.
    JsonLines(Path path, String queue, Instant now) throws IOException {
      this.queue = queue;
      this.now = now;
      this.file = PrivateFile.append(path);
    }

    @Override
    public void write(List<Delivery> batch) throws IOException {
      ByteArrayOutputStream lines = new ByteArrayOutputStream();
      for (Delivery each : batch) {
        try (JsonGenerator to = json.createGenerator(lines)) {
          to.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
          to.writeStartObject();
          to.writeStringField("drained_from", queue);
          to.writeStringField("drained_at", now.toString());
          MessageJson.writeFields(each.message(), to);
          to.writeEndObject();
        }
        lines.write('\n');
      }
      file.write(lines.toByteArray());
      file.force();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
