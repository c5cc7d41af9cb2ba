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
  private static final Claimed EVENT = new Claimed("evt_1", "payout.failed", "", "acct_1", 1);

  private final ClaimBook book = new ClaimBook();

  private static ClaimBook.Mine mine(ClaimBook book, long sequence) {
    return Objects.requireNonNull(book.find(sequence), "it is claimed");
  }

  @Test
  void keepsAClaimThatCameAfterTheOneThatWasLost() {
    book.given(1, EVENT);
    ClaimBook.Mine asked = mine(book, 1);
    // Redis looks for it between these two: it is given back, and claimed anew.
    book.ended(mine(book, 1));
    book.given(1, EVENT);

    book.ended(asked);

    assertThat(book.claims()).hasSize(1);
    book.ended(mine(book, 1));
    assertThat(book.claims()).isEmpty();
  }

  @Test
  void keepsATopicThatSomethingIsHeldBehindSince() {
    book.held("a/b");
    long asked = book.moment();
    book.held("a/b");

    book.letGo("a/b", asked);

    assertThat(book.topics()).containsExactly("a/b");
    book.letGo("a/b", book.moment());
    assertThat(book.topics()).isEmpty();
  }

  /// Threads of this process, and other processes, play against one Redis. Each step of each thread
  /// comes when chance has it. What Redis has given to this process, and this process has heard of,
  /// has to be in the book, or nobody renews it, nobody settles it, and it is published twice.
  @Test
  void losesNoClaimAndNoTopicWhateverComesInBetween() {
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

  /// What Redis knows of one entry, and which of its claims this process has heard of.
  private static final class Entry {
    Owner owner = Owner.NOBODY;
    int claim;
    final Set<Integer> heard = new HashSet<>();
  }

  private static final class Play {
    private static final int ENTRIES = 2;
    private static final int THREADS = 5;
    private static final String TOPIC = "a/b";

    private final RandomGenerator random;
    private final ClaimBook book = new ClaimBook();
    private final List<Entry> entries = new ArrayList<>();

    /// The steps that each thread has still to take.
    private final List<List<Runnable>> threads = new ArrayList<>();

    private int claims;

    /// Behind the topic, and how much of that has been told to who held it.
    private int held;

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
          book.given(sequence, EVENT);
          entry.heard.add(claim);
        });
      }
    }

    private void settle(List<Runnable> thread, int sequence, Entry entry) {
      ClaimBook.@Nullable Mine mine = book.find(sequence);
      if (mine != null) {
        thread.add(() -> {
          if (entry.owner == Owner.US) {
            entry.owner = Owner.NOBODY;
          }
        });
        thread.add(() -> book.ended(mine));
      }
    }

    private void renew(List<Runnable> thread) {
      List<ClaimBook.Mine> asked = book.claims();
      List<ClaimBook.Mine> lost = new ArrayList<>();
      thread.add(() -> {
        for (ClaimBook.Mine mine : asked) {
          if (entries.get((int) mine.sequence()).owner != Owner.US) {
            lost.add(mine);
          }
        }
      });
      thread.add(() -> lost.forEach(book::ended));
    }

    private void hold(List<Runnable> thread) {
      book.held(TOPIC);
      thread.add(() -> {
        held++;
        holding++;
      });
      thread.add(() -> {
        book.held(TOPIC);
        holding--;
      });
    }

    private void claimHeld(List<Runnable> thread) {
      long asked = book.moment();
      boolean[] found = new boolean[1];
      thread.add(() -> {
        found[0] = held > 0;
        held = 0;
      });
      thread.add(() -> {
        if (found[0]) {
          book.held(TOPIC);
        } else {
          book.letGo(TOPIC, asked);
        }
      });
    }

    void check() {
      for (int i = 0; i < ENTRIES; i++) {
        Entry entry = entries.get(i);
        if (entry.owner == Owner.US && entry.heard.contains(entry.claim) && book.find(i) == null) {
          throw new AssertionError("the claim of " + i + " is lost");
        }
      }
      if (held > 0 && holding == 0 && book.topics().isEmpty()) {
        throw new AssertionError("the topic is lost");
      }
    }
  }
}
