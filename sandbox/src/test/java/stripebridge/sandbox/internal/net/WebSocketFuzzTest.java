package stripebridge.sandbox.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Any bytes on a WebSocket are unwrapped or refused.
class WebSocketFuzzTest {
  private static final int ROUNDS = 5_000;
  private static final String REQUEST =
      String.join(
          "\r\n",
          "GET /smf HTTP/1.1",
          "Host: here",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Protocol: smf.solacesystems.com",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "\r\n");

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  private final int rounds = Integer.getInteger("rounds", ROUNDS);

  /// A connection whose client has sent everything.
  private static final class ScriptedTransport implements Transport {
    private final InputStream in;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ScriptedTransport(byte[] bytes) {
      this.in = new ByteArrayInputStream(bytes);
    }

    @Override
    public InputStream in() {
      return in;
    }

    @Override
    public OutputStream out() {
      return out;
    }

    @Override
    public InetAddress address() {
      return InetAddress.getLoopbackAddress();
    }

    @Override
    public String description() {
      return "tcp";
    }

    @Override
    public boolean isTls() {
      return false;
    }

    @Override
    public void readTimeout(int millis) {}

    @Override
    public void abort() {}
  }

  private void frame(ByteArrayOutputStream out, int first, byte[] payload) {
    out.write(first);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    }
    byte[] mask = new byte[4];
    random.nextBytes(mask);
    out.writeBytes(mask);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ mask[i & 3]);
    }
  }

  private byte[] bytes(int max) {
    byte[] bytes = new byte[random.nextInt(max + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  /// The bytes that the broker reads; null when it refuses the upgrade.
  private static byte @Nullable [] read(byte[] sent) throws IOException {
    WebSocketTransport transport = WebSocketTransport.upgrade(new ScriptedTransport(sent));
    return transport == null ? null : transport.in().readAllBytes();
  }

  @Test
  void unwrapsPayloadsHoweverTheyAreFramed() throws Exception {
    for (int round = 0; round < rounds / 10; round++) {
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      sent.writeBytes(REQUEST.getBytes(US_ASCII));
      ByteArrayOutputStream wrapped = new ByteArrayOutputStream();
      for (int i = random.nextInt(5); i >= 0; i--) {
        byte[] payload = bytes(random.nextInt(4) == 0 ? 2_000 : 100);
        // Whole, or in two parts with a ping in between.
        int cut = random.nextInt(payload.length + 1);
        frame(sent, cut < payload.length ? 0x02 : 0x82, Arrays.copyOf(payload, cut));
        if (cut < payload.length) {
          frame(sent, 0x89, bytes(125));
          frame(sent, 0x80, Arrays.copyOfRange(payload, cut, payload.length));
        }
        wrapped.writeBytes(payload);
      }
      frame(sent, 0x88, new byte[0]);

      assertThat(read(sent.toByteArray())).as("seed %d", seed).isEqualTo(wrapped.toByteArray());
    }
  }

  @Test
  void acceptsOrRefusesAnything() {
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      ByteArrayOutputStream frames = new ByteArrayOutputStream();
      frames.writeBytes(REQUEST.getBytes(US_ASCII));
      for (int i = random.nextInt(3); i >= 0; i--) {
        frame(frames, random.nextInt(256), bytes(200));
      }
      byte[] sent = frames.toByteArray();
      // Most changes spare the request, so that the code behind it is reached.
      int from = random.nextInt(8) == 0 ? 0 : REQUEST.length();
      for (int i = random.nextInt(4); i > 0; i--) {
        sent[random.nextInt(from, sent.length)] = (byte) random.nextInt();
      }
      try {
        byte[] _ = read(sent);
      } catch (ProtocolException | EOFException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      } catch (IOException | RuntimeException e) {
        throw new AssertionError(
            "seed %d, round %d: %s".formatted(seed, round, HexFormat.of().formatHex(sent)), e);
      }
    }
    assertThat(refused).as("refused, seed %d", seed).isBetween(rounds / 10, rounds * 99 / 100);
  }
}
