package stripebridge.cli.consume;

import java.io.PrintStream;
import stripebridge.core.broker.QueueMessage;

/// Prints payloads byte for byte, each with a line break.
final class RawWriter implements MessageWriter {
  @Override
  public void write(QueueMessage message, PrintStream out) {
    byte[] content = message.content().payload().content();
    out.write(content, 0, content.length);
    out.write('\n');
  }
}
