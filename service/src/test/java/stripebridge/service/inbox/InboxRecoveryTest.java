package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.InboxLoss;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;

class InboxRecoveryTest {
  private static final int ENTRIES = 3_000;
  private static final int PAGE = 4_096;

  @TempDir Path folder;

  private SqliteInbox open(Path path) throws InboxException {
    return SqliteInbox.open(
        path, InboxClock.of(() -> InboxContract.NOW), 100_000, Duration.ofHours(1));
  }

  /// Most bodies are on the page of their entry, some on up to five overflow pages.
  private static ReceivedEvent event(int number) {
    int length = number % 10 == 0 ? number * 7 % 20_000 : 200 + number % 900;
    return new ReceivedEvent(
        new EventId("evt_" + number),
        new EventType("charge.succeeded"),
        "acct_1",
        InboxContract.NOW,
        ("{\"id\":\"evt_" + number + "\",\"x\":\"" + "x".repeat(length) + "\"}").getBytes(UTF_8));
  }

  /// A third of the entries is published, some are parked, the others wait.
  private void fill(SqliteInbox inbox) throws Exception {
    List<Thread> callers = new ArrayList<>();
    for (int caller = 0; caller < 50; caller++) {
      int first = caller;
      callers.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = first; i < ENTRIES; i += 50) {
                    Appended _ = inbox.append(event(i));
                  }
                } catch (InboxException e) {
                  throw new AssertionError(e);
                }
              }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    List<Settlement> settlements = new ArrayList<>();
    for (Claim claim : inbox.claim(ENTRIES, Duration.ZERO)) {
      long sequence = claim.sequence();
      if (sequence % 3 == 0) {
        settlements.add(new Settlement.Published(sequence));
      } else if (sequence % 100 == 1) {
        settlements.add(new Settlement.Parked(sequence, ParkReason.REFUSED, "too large"));
      }
    }
    inbox.settle(settlements);
  }

  /// All columns of each entry by sequence, read by SQLite.
  private static Map<Long, String> entries(Path path) throws Exception {
    Map<Long, String> entries = new TreeMap<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT *, hex(body) FROM entry")) {
      int columns = row.getMetaData().getColumnCount();
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          values.add(i == columns ? "" : String.valueOf(row.getString(i)));
        }
        entries.put(row.getLong(1), String.join("|", values));
      }
    }
    return entries;
  }

  private Path filled() throws Exception {
    Path path = folder.resolve("inbox.db");
    try (SqliteInbox inbox = open(path)) {
      fill(inbox);
    }
    return path;
  }

  private static void overwrite(Path file, long at, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), at);
    }
  }

  private static byte[] garbage(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    bytes[0] = (byte) 0xee; // Not a valid page type.
    return bytes;
  }

  private static RandomGenerator random(String test) {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println(test + ": seed " + seed + " (replay with -Dtest.seed=" + seed + ")");
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /// The leaf page of an entry, and whether the entry has overflow pages.
  private record Location(long leaf, boolean hasOverflow) {}

  private static Map<Long, Location> locations(Path path) throws IOException {
    Map<Long, Location> locations = new HashMap<>();
    try (DatabasePages pages = DatabasePages.open(path)) {
      for (long number = 1; number <= pages.count(); number++) {
        TreePage page = new TreePage(pages, number);
        if (pages.type(number) == DatabasePages.PageType.TREE && page.isTableLeaf()) {
          for (TreePage.Row row : page.rows()) {
            boolean hasOverflow =
                row.values().getLast() instanceof byte[] body && body.length > 3_800;
            locations.put(row.rowId(), new Location(number, hasOverflow));
          }
        }
      }
    }
    return locations;
  }

  @Test
  void recoversAllOfAnUndamagedFile() throws Exception {
    Path from = filled();
    Path to = folder.resolve("new.db");
    byte[] before = Files.readAllBytes(from);

    InboxRecovery.Report report = InboxRecovery.run(from, to);

    assertThat(report.isWhole()).isTrue();
    assertThat(entries(to)).isEqualTo(entries(from)).hasSize(ENTRIES);
    assertThat(Files.readAllBytes(from)).isEqualTo(before);
    assertThat(locations(from).keySet()).as("the tests below rely on it").hasSize(ENTRIES);
  }

  /// Rows with a damaged state are recovered, and serve parks them.
  @Test
  void recoversRowsWithADamagedStateAndRecordedLosses() throws Exception {
    Path from = filled();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + from);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA ignore_check_constraints = ON");
      statement.execute("UPDATE entry SET state = 'vaiting' WHERE sequence IN (2, 5)");
      statement.execute("INSERT INTO loss VALUES (1, 7, 9, 1, 2, NULL)");
    }
    Path to = folder.resolve("new.db");

    InboxRecovery.Report report = InboxRecovery.run(from, to);

    assertThat(report.lost()).isEmpty();
    assertThat(report.doubtful()).isEqualTo(2);
    assertThat(entries(to)).isEqualTo(entries(from)).hasSize(ENTRIES);
    try (SqliteInbox inbox = open(to)) {
      assertThat(inbox.faults().losses())
          .extracting(InboxLoss::firstSequence, InboxLoss::lastSequence)
          .containsExactly(tuple(7L, 9L));
    }
  }

  @Test
  void recoversEntriesThatAreOnlyInTheLog() throws Exception {
    Path live = folder.resolve("live.db");
    Path from = folder.resolve("inbox.db");
    try (SqliteInbox inbox = open(live)) {
      fill(inbox);
      Files.copy(live, from);
      Files.copy(folder.resolve("live.db-wal"), folder.resolve("inbox.db-wal"));
    }
    assertThat(Files.size(folder.resolve("inbox.db-wal"))).isPositive();

    InboxRecovery.Report report = InboxRecovery.run(from, folder.resolve("new.db"));

    assertThat(report.isWhole()).isTrue();
    assertThat(entries(folder.resolve("new.db"))).isEqualTo(entries(live));
  }

  @Test
  void recoversEveryEntryOnAnUndamagedPage() throws Exception {
    Path intact = filled();
    Map<Long, String> all = entries(intact);
    Map<Long, Location> locations = locations(intact);
    long pages = Files.size(intact) / PAGE;
    RandomGenerator random = random("InboxRecoveryTest");
    for (int round = 0; round < 5; round++) {
      Path from = Files.copy(intact, folder.resolve("damaged-" + round + ".db"));
      Path to = folder.resolve("new-" + round + ".db");
      Set<Long> damaged = new TreeSet<>();
      while (damaged.size() < pages / 20) {
        damaged.add(random.nextLong(round == 0 ? 1 : 2, pages + 1));
      }
      if (round < 2) {
        damaged.add(round + 1L); // The schema or the first pointer map.
      }
      for (long page : damaged) {
        overwrite(from, (page - 1) * PAGE, garbage(random, PAGE));
      }
      byte[] before = Files.readAllBytes(from);

      InboxRecovery.Report report = InboxRecovery.run(from, to);

      assertThat(report.isWhole()).isFalse();
      assertThat(Files.readAllBytes(from)).as("the damaged file").isEqualTo(before);
      Map<Long, String> recovered = entries(to);
      Set<Long> mustBeThere = new TreeSet<>();
      locations.forEach((sequence, location) -> {
        if (!damaged.contains(location.leaf()) && !location.hasOverflow()) {
          mustBeThere.add(sequence);
        }
      });
      assertThat(recovered.keySet()).as("damaged pages " + damaged).containsAll(mustBeThere);
      mustBeThere.forEach(
          sequence -> assertThat(recovered.get(sequence)).isEqualTo(all.get(sequence)));
      // All other entries are reported.
      Set<Long> missing = new TreeSet<>(all.keySet());
      missing.removeAll(recovered.keySet());
      report.lost().forEach(lost -> missing.remove(lost.sequence()));
      report.gaps().forEach(gap -> missing.removeIf(at -> gap.first() <= at && at <= gap.last()));
      assertThat(missing).as("neither recovered nor reported").isEmpty();
      long changed =
          recovered.entrySet().stream()
              .filter(entry -> !entry.getValue().equals(all.get(entry.getKey())))
              .count();
      assertThat(report.doubtful()).isEqualTo(changed);
      try (SqliteInbox inbox = open(to)) {
        assertThat(inbox.counts().waiting()).isPositive();
      }
    }
  }

  /// The pointer map says which pages are in use and which are free.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void recoversAllWhenOnlyThePointerMapIsDamaged(boolean isWholeMap) throws Exception {
    Path from = filled();
    Map<Long, String> all = entries(from);
    long leaf = Objects.requireNonNull(locations(from).get(1_502L)).leaf();
    if (isWholeMap) {
      byte[] twos = new byte[PAGE]; // All pages are marked as free.
      Arrays.fill(twos, (byte) 2);
      overwrite(from, PAGE, twos);
    } else {
      // A flipped bit makes a page of entries an overflow page.
      overwrite(from, PAGE + (leaf - 3) * 5, new byte[] {4});
    }

    InboxRecovery.Report report = InboxRecovery.run(from, folder.resolve("new.db"));

    assertThat(entries(folder.resolve("new.db"))).isEqualTo(all);
    assertThat(report.damagedPages()).containsExactlyElementsOf(isWholeMap ? Set.of(2L) : Set.of());
  }

  @Test
  void readsEveryPageThatADamagedPointerMapMarksAsFree() throws Exception {
    Path from = filled();
    Map<Long, String> all = entries(from);
    // The first pointer map is the second page, and the next one is 820 pages later.
    for (long map = 2; map <= Files.size(from) / PAGE; map += PAGE / 5 + 1) {
      byte[] bytes = garbage(random("InboxRecoveryTest"), PAGE);
      for (int i = 0; i < PAGE; i += 10) {
        bytes[i] = 2;
      }
      overwrite(from, (map - 1) * PAGE, bytes);
    }

    InboxRecovery.run(from, folder.resolve("new.db"));

    assertThat(entries(folder.resolve("new.db"))).isEqualTo(all);
  }

  @Test
  void namesTheEventsWhosePagesAreDamaged() throws Exception {
    Path from = filled();
    long sequence = 1_502; // It waits, and has no overflow pages.
    Map<Long, Location> locations = locations(from);
    String eventId = Objects.requireNonNull(entries(from).get(sequence)).split("\\|", -1)[1];
    long leaf = Objects.requireNonNull(locations.get(sequence)).leaf();
    overwrite(from, (leaf - 1) * PAGE, garbage(random("InboxRecoveryTest"), PAGE));
    Set<Long> there = new HashSet<>();
    locations.forEach((each, location) -> {
      if (location.leaf() == leaf) {
        there.add(each);
      }
    });

    InboxRecovery.Report report = InboxRecovery.run(from, folder.resolve("new.db"));

    assertThat(report.damagedPages()).containsExactly(leaf);
    assertThat(report.lost())
        .extracting(InboxRecovery.Lost::sequence)
        .containsExactlyInAnyOrderElementsOf(there);
    assertThat(report.lost())
        .filteredOn(lost -> lost.sequence() == sequence)
        .singleElement()
        .satisfies(lost -> {
          assertThat(lost.eventId()).contains(eventId);
          assertThat(lost.isWaiting()).isTrue();
        });
  }

  @Test
  void goesOnAfterADamagedFrameOfTheLog() throws Exception {
    Path live = folder.resolve("live.db");
    Path from = folder.resolve("inbox.db");
    Path log = folder.resolve("inbox.db-wal");
    try (SqliteInbox inbox = open(live)) {
      // Few enough that all are in the log.
      for (int i = 1; i < 100; i++) {
        inbox.append(event(i));
      }
      Files.copy(live, from);
      Files.copy(folder.resolve("live.db-wal"), log);
    }
    Map<Long, String> all = entries(live);
    long frames = (Files.size(log) - 32) / (PAGE + 24);
    long inTheMiddle = 32 + frames / 2 * (PAGE + 24) + 24 + 1_000;
    overwrite(log, inTheMiddle, "damaged".getBytes(UTF_8));
    Path asSqliteReadsIt = folder.resolve("sqlite.db");
    Files.copy(from, asSqliteReadsIt);
    Files.copy(log, folder.resolve("sqlite.db-wal"));

    InboxRecovery.Report report = InboxRecovery.run(from, folder.resolve("new.db"));

    assertThat(entries(asSqliteReadsIt)).as("SQLite stops there").hasSizeLessThan(60);
    assertThat(report.isWhole()).isFalse();
    assertThat(entries(folder.resolve("new.db")).keySet()).containsAll(all.keySet());
  }

  @Test
  void refusesAFileInUseAndAnExistingTarget() throws Exception {
    Path from = folder.resolve("inbox.db");
    try (SqliteInbox _ = open(from)) {
      assertThatThrownBy(() -> InboxRecovery.run(from, folder.resolve("new.db")))
          .isInstanceOf(InboxException.Unusable.class)
          .hasMessageContaining("has it");
    }
    Path there = Files.writeString(folder.resolve("there.db"), "mine");
    assertThatThrownBy(() -> InboxRecovery.run(from, there))
        .isInstanceOf(InboxException.Unusable.class)
        .hasMessageContaining("the file exists already");
    assertThat(there).hasContent("mine");
  }

  @Test
  void leavesNothingBehindWhenNothingCanBeRead() throws Exception {
    Path from = Files.write(folder.resolve("inbox.db"), garbage(random("garbage"), 20 * PAGE));
    Path to = folder.resolve("new.db");
    assertThatThrownBy(() -> InboxRecovery.run(from, to))
        .isInstanceOf(InboxException.Unusable.class)
        .hasMessageContaining("no entry in it can be read");
    assertThat(to).doesNotExist();
  }
}
