package stripebridge.bench.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.net.Listener;
import stripebridge.sandbox.internal.net.Transport;
import stripebridge.sandbox.internal.smf.AssuredControl;
import stripebridge.sandbox.internal.smf.ByteWriter;
import stripebridge.sandbox.internal.smf.ClientControl;
import stripebridge.sandbox.internal.smf.ControlFrame;
import stripebridge.sandbox.internal.smf.Frame;
import stripebridge.sandbox.internal.smf.FrameReader;
import stripebridge.sandbox.internal.smf.MessageContent;
import stripebridge.sandbox.internal.smf.Protocol;
import stripebridge.sandbox.internal.smf.Response;

/// The minimum broker, on the sandbox's socket code: it counts and acknowledges the frames that a
/// client publishes, and sends a consumer the same frame over and over. It stores, routes and
/// checks nothing, and serves one client at a time.
final class FrameCounter implements AutoCloseable {
  private static final int FLOW = 1;
  private static final int FRAME_BYTES_MAX = 31_000_000;

  private final Listener listener;

  /// The first published message, which consumers receive.
  private volatile @Nullable MessageContent content;

  /// How many messages the next consumer gets.
  private volatile long toDeliver;

  FrameCounter() throws IOException {
    InetAddress address = InetAddress.ofLiteral("127.0.0.1");
    listener = Listener.open(address, 0, null, Duration.ZERO, 8, this::serve, _ -> {});
  }

  String uri() {
    return "tcp://127.0.0.1:" + listener.port();
  }

  /// Sets how many messages the next consumer gets.
  void willDeliver(long count) {
    toDeliver = count;
  }

  private void serve(Transport transport) {
    try {
      new Loop(transport).run();
    } catch (IOException _) {
      // The client has left.
    }
  }

  /// One connection, on one thread.
  private final class Loop {
    private final Transport transport;
    private final ByteWriter out = new ByteWriter(512 * 1024);
    private long counted;
    private long acked;
    private int publisherWindow;
    private int version = 1;
    private byte[] message = new byte[0];
    private int idAt;
    private long sent;
    private long sendMax;

    Loop(Transport transport) {
      this.transport = transport;
    }

    void run() throws IOException {
      transport.readTimeout(0);
      FrameReader reader = new FrameReader(transport.in(), FRAME_BYTES_MAX);
      for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
        switch (frame.protocol()) {
          case Protocol.MESSAGE -> count(frame);
          case Protocol.ASSURED_CONTROL -> control(frame, AssuredControl.read(frame));
          case Protocol.CLIENT_CONTROL -> write(login(frame));
          case Protocol.SUBSCRIPTION ->
              write(ControlFrame.subscription(frame.tag(), Response.OK, frame));
          default -> write(ControlFrame.keepAlive());
        }
      }
    }

    private void count(Frame frame) throws IOException {
      if (content == null) {
        content = MessageContent.of(frame);
      }
      counted = frame.messageId();
      if (frame.ackImmediately() || counted - acked >= publisherWindow / 3) {
        acked = counted;
        write(
            ControlFrame.assured(-1, Response.OK, version, Protocol.ACK)
                .u32(AssuredControl.FLOW_ID, FLOW)
                .u64(AssuredControl.LAST_ACKED, counted)
                .u8(AssuredControl.WINDOW, publisherWindow)
                .toBytes());
      }
    }

    private void control(Frame frame, AssuredControl control) throws IOException {
      if (control.type() == Protocol.ACK) {
        long received = control.number(AssuredControl.LAST_ACKED, 0);
        send(received + control.number(AssuredControl.WINDOW, 0));
        return;
      }
      version = control.version();
      ControlFrame answer =
          ControlFrame.assured(frame.tag(), Response.OK, version, control.type())
              .u32(AssuredControl.FLOW_ID, FLOW);
      int window = control.number32(AssuredControl.WINDOW, 1);
      switch (control.type()) {
        case Protocol.OPEN_PUBLISHER -> {
          publisherWindow = window;
          counted = 0;
          acked = 0;
          answer
              .text(AssuredControl.FLOW_NAME, "counter")
              .u64(AssuredControl.LAST_ACKED, 0)
              .u64(AssuredControl.LAST_SENT, 0)
              .u8(AssuredControl.WINDOW, window)
              .u32(AssuredControl.PUBLISHER_ID, 1);
        }
        case Protocol.BIND ->
            answer
                .text(AssuredControl.QUEUE_NAME, control.text(AssuredControl.QUEUE_NAME).orElse(""))
                .u8(AssuredControl.FLOW_TYPE, 1)
                .u8(AssuredControl.DURABILITY, 1)
                .u8(AssuredControl.ACCESS, 2)
                .u32(AssuredControl.PERMISSION_GRANTED, 0x0f)
                .u32(AssuredControl.PERMISSION_FOR_OTHERS, 0x0f)
                .u32(AssuredControl.QUOTA, 1000)
                .u32(AssuredControl.MESSAGE_SIZE_MAX, 10_000_000)
                .u8(AssuredControl.RESPECT_TTL, 0)
                .u32(AssuredControl.DELIVERED_UNACKED_MAX, 10_000)
                .u8(AssuredControl.WINDOW, window)
                .u64(AssuredControl.SPOOLER_ID, 1)
                .u16(AssuredControl.ENDPOINT_BEHAVIOUR, 0x0400);
        default -> {}
      }
      write(answer.toBytes());
      if (control.type() == Protocol.BIND) {
        layOut();
        send(window);
      }
    }

    /// Prepares the outgoing message, except for its number and the previous message's number.
    private void layOut() {
      ByteWriter frame = new ByteWriter(2048);
      MessageContent published = Objects.requireNonNull(content, "publish before you consume");
      published.writeAssured(frame, new MessageContent.Delivery(FLOW, 0, 0, 0, 1, 0, false));
      message = frame.toBytes();
      idAt = Protocol.FIXED_HEADER + published.paramsLength() + 2;
      sent = 0;
      sendMax = toDeliver;
    }

    private void send(long upTo) throws IOException {
      long last = Math.min(upTo, sendMax);
      if (last <= sent) {
        return;
      }
      while (sent < last) {
        int at = out.length();
        out.bytes(message);
        out.putU32(at + idAt + 10 + 4, sent);
        sent++;
        out.putU32(at + idAt + 4, sent);
      }
      transport.out().write(out.array(), 0, out.length());
      out.clear(512 * 1024);
    }

    private void write(byte[] frame) throws IOException {
      transport.out().write(frame);
    }
  }

  private static byte[] login(Frame frame) throws IOException {
    String name = ClientControl.read(frame).text(ClientControl.CLIENT_NAME).orElse("counted");
    // Every capability that the clients of this comparison ask for, in the broker's layout.
    byte[] capabilities =
        new ByteWriter(64)
            .u8(32)
            .u32(0x3ee14060L)
            .u8(2)
            .u32(9)
            .u32(FRAME_BYTES_MAX)
            .u8(3)
            .u32(9)
            .u32(FRAME_BYTES_MAX)
            .toBytes();
    return ControlFrame.client(frame.tag(), Response.OK, ClientControl.LOGIN)
        .text(ClientControl.SOFTWARE_VERSION, "10.25.11.0-counter")
        .text(ClientControl.SOFTWARE_DATE, "Nov 20 2026")
        .text(ClientControl.PLATFORM, "frame counter")
        .text(ClientControl.CLIENT_NAME, name)
        .text(ClientControl.VPN, "default")
        .text(ClientControl.INBOX_PREFIX, "#P2P/v:counter/1/" + name)
        .bytes(ClientControl.CAPABILITIES, capabilities)
        .text(ClientControl.VIRTUAL_ROUTER, "v:counter")
        .text(ClientControl.ROUTER, "counter")
        .bytes(
            ClientControl.EXTENDED_CAPABILITIES,
            new ByteWriter(8).u8(0).u8(4).u32(7).u8(1).u8(4).toBytes())
        .toBytes();
  }

  @Override
  public void close() {
    listener.close();
  }
}
