package stripebridge.cli.consume;

import java.io.PrintStream;
import stripebridge.core.broker.QueueMessage;

/// Prints messages in one form.
@FunctionalInterface
interface MessageWriter {
  /// Prints one message, all of it; whether it could be printed, the stream knows.
  void write(QueueMessage message, PrintStream out);
}
