package stripebridge.sandbox.internal.broker;

import stripebridge.sandbox.internal.smf.ByteWriter;
import stripebridge.sandbox.internal.smf.MessageContent;

/// A frame that waits to be written to a client. Messages wait as references and are encoded only
/// when written, so that waiting costs no copies.
sealed interface OutgoingFrame {
  int length();

  void write(ByteWriter out);

  /// A complete control frame.
  // The array was made for this frame; nothing else refers to it.
  @SuppressWarnings("ArrayRecordComponent")
  record Control(byte[] frame) implements OutgoingFrame {
    @Override
    public int length() {
      return frame.length;
    }

    @Override
    public void write(ByteWriter out) {
      out.bytes(frame);
    }
  }

  /// A message to a direct subscriber.
  record Direct(MessageContent content, boolean discardsBefore) implements OutgoingFrame {
    @Override
    public int length() {
      return content.outputLength();
    }

    @Override
    public void write(ByteWriter out) {
      content.writeDirect(out, discardsBefore);
    }
  }

  /// A message on a consumer flow. Not written when the flow has ended meanwhile.
  record Assured(ConsumerFlow flow, MessageContent content, MessageContent.Delivery delivery)
      implements OutgoingFrame {
    @Override
    public int length() {
      return content.outputLength();
    }

    @Override
    public void write(ByteWriter out) {
      if (flow.mayWrite(delivery.wireId())) {
        content.writeAssured(out, delivery);
      }
    }
  }
}
