package stripebridge.service.inbox.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.Seed;

class ClaimBookTest {
  private static final ClaimBook.EventSummary EVENT =
      new ClaimBook.EventSummary("evt_1", "payout.failed", "", "acct_1", 1);

  private final ClaimBook book = new ClaimBook();

  private static ClaimBook.LocalClaim find(ClaimBook book, long sequence) {
    return Objects.requireNonNull(book.find(sequence), "it is claimed");
  }

  @Test
  void keepsAClaimThatIsNewerThanTheLostOne() {
    book.add(1, EVENT);
    ClaimBook.LocalClaim renewed = find(book, 1);
    // Redis runs the renewal between these two: the entry is given back, then claimed again.
    book.remove(find(book, 1));
    book.add(1, EVENT);

    book.remove(renewed);

    assertThat(book.claims()).hasSize(1);
    book.remove(find(book, 1));
    assertThat(book.claims()).isEmpty();
  }

  @Test
  void keepsATopicThatAnEntryWasHeldBehindSince() {
    book.addTopic("a/b");
    long before = book.version();
    book.addTopic("a/b");

    book.removeTopic("a/b", before);

    assertThat(book.topics()).containsExactly("a/b");
    book.removeTopic("a/b", book.version());
    assertThat(book.topics()).isEmpty();
  }

  /// Threads of this process, and other processes, use one Redis in a random order of steps. An
  /// entry that Redis gave to this process, and whose reply this process has received, must be in
  /// the book. Otherwise its lease is not renewed, it is not settled, and it is published twice.
  @Test
  void losesNoClaimAndNoTopicInAnyOrderOfSteps() {
    RandomGenerator random = Seed.random("ClaimBookTest");
    for (int round = Seed.rounds(20_000); round > 0; round--) {
      Play play = new Play(random);
      for (int step = 0; step < 100; step++) {
        play.step();
        play.check();
      }
    }
  }

  private enum Owner {
    NOBODY,
    US,
    ANOTHER
  }

  /// The owner of one entry in Redis, and the claims whose replies this process has received.
  private static final class Entry {
    Owner owner = Owner.NOBODY;
    int claim;
    final Set<Integer> received = new HashSet<>();
  }

  private static final class Play {
    private static final int ENTRIES = 2;
    private static final int THREADS = 5;
    private static final String TOPIC = "a/b";

    private final RandomGenerator random;
    private final ClaimBook book = new ClaimBook();
    private final List<Entry> entries = new ArrayList<>();

    /// The remaining steps of each thread.
    private final List<List<Runnable>> threads = new ArrayList<>();

    private int claims;

    /// Entries held behind the topic.
    private int held;

    /// Those of them whose reply this process has not received.
    private int holding;

    Play(RandomGenerator random) {
      this.random = random;
      for (int i = 0; i < ENTRIES; i++) {
        entries.add(new Entry());
      }
      for (int i = 0; i < THREADS; i++) {
        threads.add(new ArrayList<>());
      }
    }

    void step() {
      List<Runnable> thread = threads.get(random.nextInt(THREADS));
      if (thread.isEmpty()) {
        begin(thread);
      } else {
        thread.removeFirst().run();
      }
    }

    private void begin(List<Runnable> thread) {
      int sequence = random.nextInt(ENTRIES);
      Entry entry = entries.get(sequence);
      switch (random.nextInt(6)) {
        case 0 -> claim(thread, sequence, entry);
        case 1 -> settle(thread, sequence, entry);
        case 2 -> renew(thread);
        case 3 -> hold(thread);
        case 4 -> claimHeld(thread);
        default -> entry.owner = entry.owner == Owner.ANOTHER ? Owner.NOBODY : Owner.ANOTHER;
      }
    }

    private void claim(List<Runnable> thread, int sequence, Entry entry) {
      if (entry.owner == Owner.NOBODY) {
        entry.owner = Owner.US;
        entry.claim = ++claims;
        int claim = claims;
        thread.add(() -> {
          book.add(sequence, EVENT);
          entry.received.add(claim);
        });
      }
    }

    private void settle(List<Runnable> thread, int sequence, Entry entry) {
      ClaimBook.@Nullable LocalClaim claim = book.find(sequence);
      if (claim != null) {
        thread.add(() -> {
          if (entry.owner == Owner.US) {
            entry.owner = Owner.NOBODY;
          }
        });
        thread.add(() -> book.remove(claim));
      }
    }

    private void renew(List<Runnable> thread) {
      List<ClaimBook.LocalClaim> renewed = book.claims();
      List<ClaimBook.LocalClaim> lost = new ArrayList<>();
      thread.add(() -> {
        for (ClaimBook.LocalClaim claim : renewed) {
          if (entries.get((int) claim.sequence()).owner != Owner.US) {
            lost.add(claim);
          }
        }
      });
      thread.add(() -> lost.forEach(book::remove));
    }

    private void hold(List<Runnable> thread) {
      book.addTopic(TOPIC);
      thread.add(() -> {
        held++;
        holding++;
      });
      thread.add(() -> {
        book.addTopic(TOPIC);
        holding--;
      });
    }

    private void claimHeld(List<Runnable> thread) {
      long before = book.version();
      boolean[] found = new boolean[1];
      thread.add(() -> {
        found[0] = held > 0;
        held = 0;
      });
      thread.add(() -> {
        if (found[0]) {
          book.addTopic(TOPIC);
        } else {
          book.removeTopic(TOPIC, before);
        }
      });
    }

    void check() {
      for (int i = 0; i < ENTRIES; i++) {
        Entry entry = entries.get(i);
        if (entry.owner == Owner.US
            && entry.received.contains(entry.claim)
            && book.find(i) == null) {
          throw new AssertionError("the claim of " + i + " is lost");
        }
      }
      if (held > 0 && holding == 0 && book.topics().isEmpty()) {
        throw new AssertionError("the topic is lost");
      }
    }
  }
}
