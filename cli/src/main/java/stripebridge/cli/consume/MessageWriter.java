package stripebridge.cli.consume;

import java.io.PrintStream;
import stripebridge.core.broker.QueueMessage;

/// Prints messages in one format.
@FunctionalInterface
interface MessageWriter {
  /// Prints one message. Errors show in the stream's [PrintStream#checkError()].
  void write(QueueMessage message, PrintStream out);
}
