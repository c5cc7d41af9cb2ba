package stripebridge.sandbox.internal.smf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// The codec accepts or refuses any bytes, and allocates no more than arrived.
class CodecFuzzTest {
  private static final int ROUNDS = 5_000;
  private static final int FRAME_MAX = 1 << 20;

  /// Frames of a few hundred bytes need some KB, and class loading on the way needs the rest. Code
  /// that trusted a false length would need still more.
  private static final long ALLOCATED_MAX = 1 << 25;

  /// Frames as the official client sends them, to be corrupted.
  private static final List<String> SAMPLES =
      List.of(
          "030b00010000000c0000000c",
          // A login.
          "030c00010000001b0000006423000001060a64584e6c636d01000000004b0500000008622d3186"
              + "0000000c64656661756c7400070000000701011200000006001700000007"
              + "04f018000000090000000305000000000000000000",
          // A guaranteed message to a topic.
          "1b0d00ff0000004b0000005f9806612f6200900301910a0000000000000001920a0000000000000000"
              + "1706000000010106000000"
              + "01e60003030305"
              + "1c0a000000000000ea609606220542001c056869000100000901"
              + "2f0000000918040700000000000000",
          // An ack with ranges, version 1.
          "030900010000000c0000003401300a8606000000028"
              + "20a000000000000000383"
              + "03ff85120000000000000002000000000000000200",
          // A bind, version 4.
          "0309000100000010000000382300000404040000002892030387057131000b030183030082"
              + "0a0000000000000000100a0000000000000000",
          // Subscriptions, of a client and of a queue.
          "030f0001000000100000001c2300000280" + "0000000c0c642f2a2f7800",
          "030f000100000010000000212300000382000000110c056e65777100047a2f3e00");

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

  /// At least one frame each.
  private final int rounds = Integer.getInteger("rounds", ROUNDS);

  @Test
  void acceptsOrRefusesAnything() {
    long taken = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] bytes = corrupted();
      long before = allocatedBytes();
      try {
        taken += readAll(bytes);
        assertThat(allocatedBytes() - before).as("bytes allocated").isLessThan(ALLOCATED_MAX);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "seed %d, round %d: %s".formatted(seed, round, HexFormat.of().formatHex(bytes)), e);
      }
    }
    // Otherwise the fuzz never gets past the first check.
    assertThat(taken).as("frames taken, seed %d", seed).isGreaterThan(rounds / 10);
  }

  /// Reads like the broker: the frame, its body by protocol, then the message's parts.
  private static int readAll(byte[] bytes) {
    FrameReader reader = new FrameReader(new ByteArrayInputStream(bytes), FRAME_MAX);
    int taken = 0;
    try {
      for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
        read(frame);
        taken++;
      }
    } catch (MalformedFrameException | EOFException e) {
      assertThat(e.getMessage()).isNotBlank();
    } catch (IOException e) {
      throw new AssertionError("only malformed frames and ends are expected", e);
    }
    return taken;
  }

  private static void read(Frame frame) throws MalformedFrameException {
    String _ = frame.destination();
    Optional<String> _ = frame.userName();
    Optional<String> _ = frame.password();
    switch (frame.protocol()) {
      case Protocol.ASSURED_CONTROL -> readControl(AssuredControl.read(frame));
      case Protocol.CLIENT_CONTROL -> {
        ClientControl control = ClientControl.read(frame);
        for (int parameter = 0; parameter < 128; parameter++) {
          Optional<String> _ = control.text(parameter);
          long _ = control.number(parameter, 0);
        }
      }
      case Protocol.SUBSCRIPTION -> {
        SubscriptionControl control = SubscriptionControl.read(frame);
        assertThat(control.subscription()).isNotNull();
        assertThat(ControlFrame.subscription(1, Response.OK, frame)).isNotEmpty();
      }
      default -> {
        MessageContent content = MessageContent.of(frame);
        assertThat(content.bytes().length).isLessThan(frame.end() - frame.start());
        MessageContent _ = content.asDirect();
        MessageParts _ = MessageParts.of(content);
        Object _ = MessageParts.of(content).structuredAttachment();
      }
    }
  }

  private static void readControl(AssuredControl control) throws MalformedFrameException {
    for (int parameter = 0; parameter < 64; parameter++) {
      Optional<String> _ = control.text(parameter);
      int _ = control.flags(parameter);
      if (parameter != AssuredControl.QUEUE_NAME && parameter != AssuredControl.FLOW_NAME) {
        long _ = control.number(parameter, 0);
      }
    }
  }

  private byte[] corrupted() {
    ArrayList<byte[]> frames = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      byte[] frame = HexFormat.of().parseHex(SAMPLES.get(random.nextInt(SAMPLES.size())));
      fixLength(frame);
      frames.add(
          switch (random.nextInt(8)) {
            case 0, 1 -> frame;
            case 2 -> reshape(frame);
            default -> corrupt(frame);
          });
    }
    int length = frames.stream().mapToInt(frame -> frame.length).sum();
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] frame : frames) {
      System.arraycopy(frame, 0, all, at, frame.length);
      at += frame.length;
    }
    return random.nextInt(10) == 0 ? Arrays.copyOf(all, random.nextInt(length)) : all;
  }

  private byte[] corrupt(byte[] frame) {
    // Most changes spare the frame's own lengths, so that the code behind them is reached.
    int from = random.nextInt(8) == 0 ? 0 : Protocol.FIXED_HEADER;
    for (int i = random.nextInt(6); i >= 0 && from < frame.length; i--) {
      int at = random.nextInt(from, frame.length);
      frame[at] =
          switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> (byte) 0xff;
            case 2 -> (byte) (frame[at] + 1);
            default -> (byte) random.nextInt();
          };
    }
    return frame;
  }

  /// Inserts or removes random bytes and corrects the frame's length, so that only the lengths
  /// inside are wrong.
  private byte[] reshape(byte[] frame) {
    int at = random.nextInt(Protocol.FIXED_HEADER, frame.length + 1);
    int out = random.nextInt(Math.min(16, frame.length - at + 1));
    byte[] in = new byte[random.nextInt(64)];
    random.nextBytes(in);
    byte[] reshaped = new byte[frame.length - out + in.length];
    System.arraycopy(frame, 0, reshaped, 0, at);
    System.arraycopy(in, 0, reshaped, at, in.length);
    System.arraycopy(frame, at + out, reshaped, at + in.length, frame.length - at - out);
    fixLength(reshaped);
    return reshaped;
  }

  private static void fixLength(byte[] frame) {
    Bytes.putI32(frame, 8, frame.length);
    if (Bytes.i32(frame, 4) > frame.length) {
      Bytes.putI32(frame, 4, frame.length);
    }
  }

  /// A frame may claim any length: the reader allocates for what has arrived.
  @Test
  void allocatesNoMoreThanArrived() {
    byte[] claim = HexFormat.of().parseHex("030d00010000000c7fffffff");
    FrameReader reader = new FrameReader(new ByteArrayInputStream(claim), Integer.MAX_VALUE);

    long before = allocatedBytes();
    assertThatThrownBy(reader::next).isInstanceOf(EOFException.class);
    assertThat(allocatedBytes() - before).isLessThan(1 << 20);
  }

  private static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  @Test
  void refusesAFrameThatIsTooLarge() {
    byte[] claim = HexFormat.of().parseHex("030d00010000000c00100001");
    FrameReader reader = new FrameReader(new ByteArrayInputStream(claim), FRAME_MAX);

    assertThatThrownBy(reader::next)
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageContaining("1048577");
  }

  @Test
  void readsFramesHoweverTheyAreSplit() throws Exception {
    byte[] one = HexFormat.of().parseHex(SAMPLES.get(4));
    fixLength(one);
    byte[] many = new byte[one.length * 50];
    for (int i = 0; i < 50; i++) {
      System.arraycopy(one, 0, many, i * one.length, one.length);
    }
    InputStream dripping =
        new InputStream() {
          private final InputStream all = new ByteArrayInputStream(many);

          @Override
          public int read() throws IOException {
            return all.read();
          }

          @Override
          public int read(byte[] to, int at, int count) throws IOException {
            return all.read(to, at, Math.min(count, 1 + random.nextInt(70)));
          }
        };
    FrameReader reader = new FrameReader(dripping, FRAME_MAX);
    for (int i = 0; i < 50; i++) {
      Frame frame = Objects.requireNonNull(reader.next());
      assertThat(AssuredControl.read(frame).text(AssuredControl.QUEUE_NAME)).contains("q1");
    }
    assertThat(reader.next()).isNull();
  }
}
