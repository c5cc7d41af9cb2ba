package stripebridge.sandbox.internal.broker;

import java.io.IOException;
import java.util.ArrayDeque;
import stripebridge.sandbox.internal.net.Transport;
import stripebridge.sandbox.internal.smf.ByteWriter;

/// Writes a client's outbox to its connection, many frames at a time. Runs on its own thread; a
/// client that does not read blocks only this thread.
final class OutboxWriter implements Runnable {
  private static final int CHUNK = 64 * 1024;

  private final Outbox outbox;
  private final Transport transport;
  private final Runnable afterWrite;
  private final ByteWriter out = new ByteWriter(CHUNK * 2);

  /// Creates a writer that does not run yet.
  ///
  /// @param afterWrite called when written frames have made room
  OutboxWriter(Outbox outbox, Transport transport, Runnable afterWrite) {
    this.outbox = outbox;
    this.transport = transport;
    this.afterWrite = afterWrite;
  }

  @Override
  public void run() {
    try {
      ArrayDeque<OutgoingFrame> batch = outbox.take(new ArrayDeque<>());
      while (!batch.isEmpty()) {
        write(batch);
        batch = outbox.take(batch);
      }
    } catch (IOException e) {
      // The client is gone; its reading thread notices too and logs it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      transport.abort();
    }
  }

  private void write(ArrayDeque<OutgoingFrame> batch) throws IOException {
    long unreported = 0;
    for (OutgoingFrame next = batch.poll(); next != null; next = batch.poll()) {
      next.write(out);
      unreported += next.length();
      if (out.length() >= CHUNK) {
        flush();
        outbox.written(unreported);
        unreported = 0;
        afterWrite.run();
      }
    }
    flush();
    outbox.written(unreported);
    afterWrite.run();
  }

  private void flush() throws IOException {
    if (out.length() > 0) {
      transport.out().write(out.array(), 0, out.length());
      out.clear(CHUNK * 2);
    }
  }
}
