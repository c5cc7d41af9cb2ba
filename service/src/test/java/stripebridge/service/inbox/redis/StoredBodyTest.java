package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import stripebridge.service.inbox.StripeBodies;

class StoredBodyTest {
  private static final byte[] BODY = StripeBodies.bytes("evt_1", "acct_1");

  private static final String FIRST_BODY =
      """
      {
        "id": "evt_3SdF012Qm8VtBn2LdWzgh34J",
        "object": "event",
        "api_version": "2026-07-29.dahlia",
        "created": 1788430501,
        "data": {
          "object": {
            "id": "po_1SoR8dQm8VtBn2Ld",
            "object": "payout",
            "amount": 2400
          }
        },
        "type": "payout.paid"
      }
      """;
  private static final String FIRST_RELEASE =
      "039986d4e1300e4e713330340accb5082b71ca33f24909af4acf3036f102fb1ba92f404147c4d0dcc2c2"
          + "c4d8c0d400e23158c307e20b786f039643a16e2bc88f370cce0fb24841b80c1115704da04a17d83442c8"
          + "c03b0446260606601b10e10f0b15881e3d700b00182000";
  private static final long DICTIONARY_SUM = 2_636_008_436L;

  private static StoredBody deflated(byte[] bytes, String size) {
    return new StoredBody(bytes, size);
  }

  /// Raw deflate with no dictionary, as any program can make it.
  private static byte[] rawDeflate(byte[] body) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(body);
    deflater.finish();
    byte[] target = new byte[body.length + 64];
    int size = deflater.deflate(target);
    deflater.end();
    return Arrays.copyOf(target, size);
  }

  @Test
  void keepsAStripeEventInAThirdOfItsSize() {
    StoredBody stored = StoredBody.smallest(BODY);
    assertThat(stored.bytes()).hasSizeLessThan(BODY.length / 3);
    assertThat(stored.deflatedFrom()).isEqualTo("3000");
    assertThat(stored.body()).hasValue(BODY);
    assertThat(stored.readable()).isEqualTo(BODY);
  }

  /// An entry of format 3 as this release wrote it: every later one has to read it.
  @Test
  void readsWhatTheFirstReleaseOfTheFormatWrote() {
    byte[] stored = HexFormat.of().parseHex(FIRST_RELEASE);
    assertThat(deflated(stored, "273").body()).hasValue(FIRST_BODY.getBytes(UTF_8));
  }

  @Test
  void neverChangesItsDictionary() throws Exception {
    CRC32 sum = new CRC32();
    sum.update(StoredBody.class.getResourceAsStream("format-3.dictionary").readAllBytes());
    assertThat(sum.getValue()).isEqualTo(DICTIONARY_SUM);
  }

  @Test
  void keepsABodyAsItIsIfDeflatingSavesNothing() {
    byte[] noise = new byte[3_000];
    new Random(1).nextBytes(noise);
    for (byte[] body : new byte[][] {noise, new byte[0], "{}".getBytes(UTF_8), new byte[64]}) {
      StoredBody stored = StoredBody.smallest(body);
      assertThat(stored.deflatedFrom()).isEmpty();
      assertThat(stored.bytes()).isSameAs(body);
      assertThat(stored.body()).hasValue(body);
    }
  }

  @Test
  void keepsTheLargestBody() {
    byte[] largest = new byte[StoredBody.SIZE_MAX];
    assertThat(StoredBody.smallest(largest).body()).hasValue(largest);
    byte[] larger = new byte[StoredBody.SIZE_MAX + 1];
    assertThat(StoredBody.smallest(larger).bytes()).isSameAs(larger);
  }

  @Test
  void readsAnEntryWithoutTheMarkAsItIs() {
    assertThat(StoredBody.of(Map.of("body", BODY)).body()).hasValue(BODY);
    assertThat(StoredBody.of(Map.of()).body()).hasValue(new byte[0]);
  }

  /// 64 MiB of zeros deflate to 64 KiB.
  @Test
  void doesNotInflateABombBeyondTheLargestBody() {
    byte[] bomb = rawDeflate(new byte[64 << 20]);
    assertThat(bomb).hasSizeLessThan(100_000);
    for (String size : new String[] {"67108864", "3000", "1048576", "", "-1", "9".repeat(99)}) {
      StoredBody stored = deflated(bomb, size.isEmpty() ? "x" : size);
      assertThat(stored.body()).as(size).isEmpty();
      assertThat(stored.readable()).as(size).hasSizeLessThanOrEqualTo(StoredBody.SIZE_MAX + 1);
    }
  }

  @Test
  void refusesABodyOfAnotherSizeThanPromised() {
    byte[] stored = StoredBody.smallest(BODY).bytes();
    for (String size : new String[] {"2999", "3001", "0", "03000", "+3000", " 3000", "3000.0"}) {
      assertThat(deflated(stored, size).body()).as(size).isEmpty();
    }
  }

  @Test
  void refusesATruncatedBodyAndShowsItsReadablePart() {
    byte[] stored = StoredBody.smallest(BODY).bytes();
    StoredBody truncated = deflated(Arrays.copyOf(stored, stored.length / 2), "3000");
    assertThat(truncated.body()).isEmpty();
    byte[] readable = truncated.readable();
    assertThat(readable.length).isBetween(500, 2_999);
    assertThat(readable).isEqualTo(Arrays.copyOf(BODY, readable.length));
  }

  /// A flipped bit makes a body that cannot be inflated, or another one, which the checksum finds.
  @Test
  void neitherFailsNorGrowsForAnyFlippedBit() {
    byte[] stored = StoredBody.smallest(BODY).bytes();
    int refused = 0;
    for (int bit = 0; bit < stored.length * 8; bit++) {
      byte[] flipped = stored.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      StoredBody damaged = deflated(flipped, "3000");
      refused += damaged.body().isEmpty() ? 1 : 0;
      damaged.body().ifPresent(body -> assertThat(body).hasSize(3_000));
      assertThat(damaged.readable()).hasSizeBetween(1, 3_001);
    }
    assertThat(refused).isGreaterThan(stored.length);
  }

  @Test
  void showsWhatIsStoredIfNothingCanBeInflated() {
    byte[] noise = "not deflated".getBytes(US_ASCII);
    noise[0] = (byte) 0xff; // A block of a type that does not exist.
    assertThat(deflated(noise, "3000").readable()).isEqualTo(noise);
  }

  /// Deflaters are shared, and one that was left in the middle of a body is reset.
  @Test
  void isSafeForManyThreads() throws Exception {
    byte[] noise = new byte[3_000];
    new Random(1).nextBytes(noise);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      Callable<Boolean> work =
          () ->
              IntStream.range(0, 200)
                  .mapToObj(i -> i % 3 == 0 ? noise : StripeBodies.bytes("evt_" + i, "acct_1"))
                  .allMatch(
                      body -> Arrays.equals(StoredBody.smallest(body).body().orElseThrow(), body));
      for (Future<Boolean> done : threads.invokeAll(Collections.nCopies(8, work))) {
        assertThat(done.get()).isTrue();
      }
    }
  }
}
