package stripebridge.service.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;
import stripebridge.core.testing.Seed;

/// After a bit flips anywhere in the file, every stored event is published, or the process ends
/// with a reason. An inbox that stores events and returns none would look alive.
class UnreadableRowTest {
  private static final int ENTRIES = 40;
  private static final int TRIES_MAX = 30;

  @TempDir Path folder;

  private SqliteInbox open(Path path) throws InboxException {
    return SqliteInbox.open(
        path, InboxClock.of(() -> InboxContract.NOW), 1_000, Duration.ofHours(1));
  }

  @Test
  void doesNotBlockOtherRowsWhicheverBitFlips() throws Exception {
    Path whole = folder.resolve("whole.db");
    try (SqliteInbox inbox = open(whole)) {
      for (int i = 0; i < ENTRIES; i++) {
        inbox.append(InboxContract.event("evt_" + i));
      }
    }
    byte[] bytes = Files.readAllBytes(whole);
    RandomGenerator random = Seed.random("UnreadableRowTest");
    int stored = 0;
    for (int round = 0; round < Seed.rounds(150); round++) {
      byte[] damaged = bytes.clone();
      // After SQLite's header and the schema: damage there is refused when the file is opened.
      int at = random.nextInt(8_192, damaged.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Path path = folder.resolve("damaged-" + round + ".db");
      Files.write(path, damaged);
      stored += isStored(path) ? 1 : 0;
      Files.delete(path);
    }
    assertThat(stored).as("rounds that stored an event").isPositive();
  }

  private boolean isStored(Path path) {
    try (SqliteInbox inbox = open(path)) {
      if (!inbox.append(InboxContract.event("evt_new")).equals(Appended.STORED)) {
        return false;
      }
      for (int i = 0; i < TRIES_MAX && inbox.failure().isEmpty(); i++) {
        if (takesNew(inbox)) {
          return true;
        }
      }
      assertThat(inbox.failure())
          .as("the inbox returns nothing and reports no failure")
          .isPresent();
      return true;
    } catch (InboxException _) {
      return false; // Refused: no event was acknowledged.
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean takesNew(SqliteInbox inbox) throws InterruptedException {
    try {
      List<Claim> claims = inbox.claim(7, Duration.ZERO);
      boolean isNew =
          claims.stream()
              .anyMatch(claim ->
                  claim instanceof Claim.Intact intact
                      && intact.entry().event().id().text().equals("evt_new"));
      inbox.settle(
          claims.stream().map(claim -> new Settlement.Published(claim.sequence())).toList());
      return isNew;
    } catch (InboxException _) {
      return false;
    }
  }
}
