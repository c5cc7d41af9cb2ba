package stripebridge.cli.drain;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import stripebridge.cli.messages.MessageJson;
import stripebridge.cli.output.PrivateFile;
import stripebridge.core.broker.QueueAccess.Delivery;

/// Stores drained messages before they leave the queue.
interface MessageSink extends AutoCloseable {
  /// Stores nothing.
  MessageSink NOWHERE = _ -> {};

  /// Writes messages. For one thread.
  void write(List<Delivery> batch) throws IOException;

  /// Returns when all messages written before are on the disk. For any thread.
  default void force() throws IOException {}

  @Override
  default void close() throws IOException {}

  /// A file with a JSON object per line: the message (see [MessageJson]), its queue and the time.
  final class JsonLines implements MessageSink {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final String queue;
    private final String now;
    private final PrivateFile file;
    private final JsonGenerator json;

    /// Creates the file, or appends to it.
    JsonLines(Path path, String queue, Instant now) throws IOException {
      this.queue = queue;
      this.now = now.toString();
      this.file = PrivateFile.append(path);
      json =
          new JsonFactoryBuilder()
              .rootValueSeparator((String) null)
              .build()
              .createGenerator(new BufferedOutputStream(file.stream(), BUFFER_BYTES));
    }

    @Override
    public void write(List<Delivery> batch) throws IOException {
      for (Delivery each : batch) {
        json.writeStartObject();
        json.writeStringField("drained_from", queue);
        json.writeStringField("drained_at", now);
        MessageJson.writeFields(each.message(), json);
        json.writeEndObject();
        json.writeRaw('\n');
      }
      json.flush();
    }

    @Override
    public void force() throws IOException {
      file.force();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
