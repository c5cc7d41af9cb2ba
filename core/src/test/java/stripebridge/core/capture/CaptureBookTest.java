package stripebridge.core.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.Seed;

class CaptureBookTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:15:00Z");
  private static final long DISK = 2L << 30;
  private static final CaptureReason MISMATCH = CaptureReason.SIGNATURE_MISMATCH;

  private final CaptureBook book = new CaptureBook(CaptureLimits.USUAL);
  private long unique;

  private CaptureName name(Instant at, CaptureReason reason, CaptureRoom room) {
    return new CaptureName(at, reason, room, unique++);
  }

  private CaptureOutcome offer(Instant at, CaptureReason reason, CaptureRoom room, long size) {
    CaptureName name = name(at, reason, room);
    CaptureOutcome outcome = book.verdict(name, size, DISK);
    if (outcome == CaptureOutcome.KEPT) {
      book.kept(name, size);
    }
    return outcome;
  }

  private int keptOf(int offers, Instant at, CaptureRoom room, long size) {
    int kept = 0;
    for (int i = 0; i < offers; i++) {
      kept += offer(at, MISMATCH, room, size) == CaptureOutcome.KEPT ? 1 : 0;
    }
    return kept;
  }

  @Test
  void keepsTheFirstTwentyOfAReasonAndHour() {
    assertThat(keptOf(30, NOW, CaptureRoom.LIKELY, 1_000)).isEqualTo(20);
    assertThat(offer(NOW, MISMATCH, CaptureRoom.LIKELY, 1)).isEqualTo(CaptureOutcome.HOUR_FULL);
    assertThat(offer(NOW, CaptureReason.SIGNATURE_MISSING, CaptureRoom.LIKELY, 1))
        .isEqualTo(CaptureOutcome.KEPT);
    assertThat(keptOf(30, NOW.plus(Duration.ofMinutes(45)), CaptureRoom.LIKELY, 1_000))
        .isEqualTo(20);
  }

  @Test
  void leavesHalfOfAnHourToWhatLooksLikeStripes() {
    assertThat(keptOf(1_000, NOW, CaptureRoom.OTHER, 1_000)).isEqualTo(10);
    assertThat(keptOf(1_000, NOW, CaptureRoom.LIKELY, 1_000)).isEqualTo(10);
  }

  @Test
  void leavesMostOfTheSpaceToWhatLooksLikeStripes() {
    for (int hour = 0; hour < 24; hour++) {
      keptOf(100, NOW.plus(Duration.ofHours(hour)), CaptureRoom.OTHER, 400_000);
    }
    Instant last = NOW.plus(Duration.ofHours(23));
    assertThat(offer(last, MISMATCH, CaptureRoom.OTHER, 400_000))
        .isEqualTo(CaptureOutcome.SPACE_FULL);
    assertThat(offer(last, MISMATCH, CaptureRoom.LIKELY, 1_400_000)).isEqualTo(CaptureOutcome.KEPT);
  }

  @Test
  void leavesSpaceToTheNextHour() {
    assertThat(keptOf(20, NOW, CaptureRoom.LIKELY, 1 << 20)).isEqualTo(5);
    assertThat(keptOf(20, NOW.plus(Duration.ofHours(1)), CaptureRoom.LIKELY, 1 << 20)).isEqualTo(2);
    assertThat(keptOf(20, NOW.plus(Duration.ofHours(2)), CaptureRoom.LIKELY, 5_000)).isEqualTo(20);
  }

  @Test
  void keepsNothingThatWouldLeaveLessThanAGibibyte() {
    CaptureName name = name(NOW, MISMATCH, CaptureRoom.LIKELY);
    assertThat(book.verdict(name, 1_000, (1L << 30) + 999)).isEqualTo(CaptureOutcome.DISK_LOW);
    assertThat(book.verdict(name, 1_000, (1L << 30) + 1_000)).isEqualTo(CaptureOutcome.KEPT);
  }

  @Test
  void deletesAfterADay() {
    offer(NOW, MISMATCH, CaptureRoom.LIKELY, 1);
    Instant end = NOW.plus(Duration.ofHours(24));
    assertThat(book.due(end.minusMillis(1))).isEmpty();
    assertThat(book.due(end)).hasSize(1);
  }

  /// A capture of a clock that was ahead must not stay until the right clock gets there.
  @Test
  void deletesWhatIsADayInTheFuture() {
    offer(NOW, MISMATCH, CaptureRoom.LIKELY, 1);
    assertThat(book.due(NOW.minus(Duration.ofHours(24)))).hasSize(1);
  }

  @Test
  void readsWhatItWrites() {
    for (CaptureReason reason : CaptureReason.values()) {
      for (CaptureRoom room : CaptureRoom.values()) {
        CaptureName name = new CaptureName(NOW.plusNanos(123_456_789), reason, room, -unique++);
        assertThat(CaptureName.of(name.text())).contains(name);
        assertThat(CaptureName.of(name.unfinishedText())).contains(name);
        assertThat(CaptureName.isUnfinished(name.unfinishedText())).isTrue();
        assertThat(CaptureName.isUnfinished(name.text())).isFalse();
      }
    }
  }

  @Test
  void doesNotTakeOtherFilesForCaptures() {
    String good = name(NOW, MISMATCH, CaptureRoom.LIKELY).text();
    for (String other :
        List.of(
            "",
            "inbox.db",
            "x" + good,
            good + "~",
            good.replace("likely", "unlikely"),
            good.replace("mismatch", "secret"),
            good.replace("20261130", "20261330"),
            good.replace("refused-", "Refused-"),
            good.toUpperCase(Locale.ROOT))) {
      assertThat(CaptureName.of(other)).as(other).isEmpty();
    }
  }

  /// Against a model that only has a list of files and counts them each time.
  @Test
  void decidesAsAListOfFilesWould() {
    RandomGenerator random = Seed.random("CaptureBookTest");
    for (int round = 0; round < Seed.rounds(100); round++) {
      CaptureLimits limits =
          new CaptureLimits(
              random.nextInt(1, 6),
              random.nextInt(1, 4),
              random.nextLong(10, 200),
              random.nextLong(5, 60),
              Duration.ofMinutes(random.nextInt(30, 300)),
              100);
      new Simulation(limits, random).run(10_000);
    }
  }

  private record File(CaptureName name, long size) {}

  private static final class Simulation {
    private final CaptureLimits limits;
    private final RandomGenerator random;
    // What is on the disk, written by this process and by others.
    private final List<File> disk = new ArrayList<>();
    private CaptureBook book;
    // What this process has seen of it.
    private List<File> seen = new ArrayList<>();
    private Instant now = NOW;

    Simulation(CaptureLimits limits, RandomGenerator random) {
      this.limits = limits;
      this.random = random;
      book = new CaptureBook(limits);
    }

    void run(int steps) {
      for (int i = 0; i < steps; i++) {
        switch (random.nextInt(12)) {
          case 0 -> now = now.plusSeconds(random.nextInt(1_200));
          case 1 -> {
            // Now and then a clock is set back, or far ahead.
            if (random.nextInt(50) == 0) {
              now = now.plusSeconds(random.nextInt(-40_000, 40_000));
            }
          }
          case 2 -> deleteDue();
          case 3 -> otherProcessWrites();
          case 4 -> {
            if (random.nextInt(20) == 0) {
              look();
            }
          }
          case 5 -> {
            if (random.nextInt(100) == 0) {
              book = new CaptureBook(limits);
              look();
            }
          }
          case 6 -> operatorDeletes();
          default -> offer();
        }
      }
    }

    private CaptureName name() {
      CaptureReason[] reasons = {CaptureReason.SIGNATURE_MISSING, CaptureReason.SIGNATURE_MISMATCH};
      return new CaptureName(
          now,
          reasons[random.nextInt(reasons.length)],
          random.nextBoolean() ? CaptureRoom.OTHER : CaptureRoom.LIKELY,
          random.nextLong());
    }

    private void offer() {
      CaptureName name = name();
      long size = random.nextLong(1, 20);
      long free = random.nextInt(10) == 0 ? random.nextLong(90, 130) : 1_000;
      CaptureOutcome wanted = wanted(name, size, free);
      CaptureOutcome verdict = book.verdict(name, size, free);
      boolean hasPlace = book.hasPlace(name.reason(), name.room(), name.at());
      // Building an assertion each time would take longer than the rest.
      if (verdict != wanted || hasPlace == (wanted == CaptureOutcome.HOUR_FULL)) {
        throw new AssertionError(
            "%s of %s bytes: %s, place %s, but the files say %s"
                .formatted(name, size, verdict, hasPlace, wanted));
      }
      if (wanted == CaptureOutcome.KEPT) {
        book.kept(name, size);
        File file = new File(name, size);
        disk.add(file);
        seen.add(file);
      }
    }

    private CaptureOutcome wanted(CaptureName name, long size, long free) {
      int ofReason = 0;
      int others = 0;
      long inHour = 0;
      long elsewhere = 0;
      long inOther = 0;
      for (File file : seen) {
        boolean isOther = file.name.room() == CaptureRoom.OTHER;
        boolean isOfHour = hour(file.name) == hour(name);
        boolean counts = isOfHour && file.name.reason() == name.reason();
        ofReason += counts ? 1 : 0;
        others += counts && isOther ? 1 : 0;
        inHour += isOfHour ? file.size : 0;
        elsewhere += isOfHour ? 0 : file.size;
        inOther += isOther ? file.size : 0;
      }
      boolean isOther = name.room() == CaptureRoom.OTHER;
      if (ofReason >= limits.perReasonAndHour()
          || (isOther && others >= limits.otherPerReasonAndHour())) {
        return CaptureOutcome.HOUR_FULL;
      }
      if (inHour + size > (limits.bytesMax() - elsewhere) / 2
          || (isOther && inOther + size > limits.otherBytesMax())) {
        return CaptureOutcome.SPACE_FULL;
      }
      return free - size < limits.diskFreeMin() ? CaptureOutcome.DISK_LOW : CaptureOutcome.KEPT;
    }

    private static long hour(CaptureName name) {
      return Math.floorDiv(name.at().toEpochMilli(), 3_600_000L);
    }

    private void deleteDue() {
      List<CaptureName> wanted =
          seen.stream()
              .map(File::name)
              .filter(name ->
                  Math.abs(now.toEpochMilli() - name.at().toEpochMilli())
                      >= limits.ageMax().toMillis())
              .sorted(Comparator.comparing(CaptureName::at).thenComparing(CaptureName::text))
              .toList();
      if (!book.due(now).equals(wanted)) {
        throw new AssertionError("%s, but %s are due".formatted(book.due(now), wanted));
      }
      for (CaptureName name : wanted) {
        book.deleted(name);
        seen.removeIf(file -> file.name.equals(name));
        disk.removeIf(file -> file.name.equals(name));
      }
    }

    private void otherProcessWrites() {
      disk.add(new File(name(), random.nextLong(1, 20)));
    }

    private void operatorDeletes() {
      if (!disk.isEmpty() && random.nextInt(5) == 0) {
        disk.remove(random.nextInt(disk.size()));
      }
    }

    private void look() {
      Map<CaptureName, Long> found = new HashMap<>();
      disk.forEach(file -> found.put(file.name, file.size));
      book.found(found);
      seen = new ArrayList<>(disk);
      if (random.nextInt(3) == 0) {
        disk.removeIf(file -> random.nextInt(4) == 0);
      }
    }
  }
}
