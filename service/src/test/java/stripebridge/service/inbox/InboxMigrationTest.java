package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxAdmin.EntryFilter;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// Migrates an inbox of version 1, written by that release; `inbox-version-1.md` describes the
/// file.
class InboxMigrationTest {
  private static final String TOPIC = "stripe/webhook/v1/payout/failed/acct_1";
  private static final Instant FIRST = Instant.parse("2026-07-01T12:00:00Z");
  private static final Instant DUE = FIRST.plusSeconds(75);
  private static final String V1_COLUMNS =
      "sequence, event_id, event_type, account, received_at, state, body, checksum, refusals,"
          + " permanent_refusals, due_at, held, settled_at, reason, detail";

  @TempDir private Path folder;
  private Path path;
  private volatile Instant now = DUE.minusSeconds(5);

  @BeforeEach
  void copyFixture() throws Exception {
    path = folder.resolve("inbox.db");
    try (InputStream fixture =
        Objects.requireNonNull(getClass().getResourceAsStream("inbox-version-1.sqlite"))) {
      Files.copy(fixture, path);
    }
  }

  private SqliteInbox open(InboxObserver observer) throws InboxException {
    InstantSource clock = () -> now;
    return SqliteInbox.open(path, InboxClock.of(clock), 100, Duration.ofDays(4), observer);
  }

  private static ReceivedEvent event(int i) {
    String id = "evt_" + i;
    String type = i % 3 == 0 ? "payout.failed" : "invoice.payment_failed";
    return new ReceivedEvent(
        new EventId(id),
        new EventType(type),
        i % 2 == 0 ? "acct_1" : "unknown",
        FIRST.plusMillis(i),
        "{\"id\":\"%s\",\"type\":\"%s\",\"data\":{\"object\":{\"id\":\"po_%d\",\"name\":\"Zoë\"}}}"
            .formatted(id, type, i)
            .getBytes(UTF_8));
  }

  private static List<String> dump(Path file, String columns, String table) throws Exception {
    try (Connection connection = InboxFile.connectTo(file);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT " + columns + " FROM " + table + " ORDER BY sequence")) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          Object value = rows.getObject(i);
          row.append(value instanceof byte[] bytes ? new String(bytes, UTF_8) : value).append('|');
        }
        found.add(row.toString());
      }
      return found;
    }
  }

  private static long number(Path file, String query) throws Exception {
    try (Connection connection = InboxFile.connectTo(file)) {
      return Statements.number(connection, query);
    }
  }

  @Test
  void isNotStartedByAnOperatorsRequest() throws Exception {
    byte[] before = Files.readAllBytes(path);
    try (SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> now)) {
      assertThatThrownBy(admin::retryAllParked)
          .isInstanceOf(InboxException.Unusable.class)
          .hasMessageContaining("it has version 1, and this stripebridge writes 2");
    }
    assertThat(number(path, "PRAGMA user_version")).isOne();
    assertThat(Files.readAllBytes(path)).isEqualTo(before);
  }

  @Test
  void noticesAFileThatIsReplacedMeanwhile() throws Exception {
    Path other = folder.resolve("other.db");
    Files.copy(path, other);
    InboxObserver replacing =
        new InboxObserver() {
          @Override
          public void migrating(long moved, long total) {
            try {
              if (moved == total && Files.exists(other)) {
                Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
              }
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          }
        };
    try (SqliteInbox inbox = open(replacing)) {
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (inbox.outage().isEmpty()) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        LockSupport.parkNanos(5_000_000);
      }
      assertThat(inbox.outage().orElseThrow()).contains("was replaced by another");
    } catch (InboxException e) {
      // Or the start fails, since the log belongs to another file.
      assertThat(e).hasMessageContaining("inbox.db");
    }
  }

  @Test
  void keepsEveryColumn() throws Exception {
    List<String> before = dump(path, V1_COLUMNS, "entry");
    InboxFile.open(path, "test", Duration.ZERO).close();

    assertThat(before).hasSize(12);
    assertThat(dump(path, V1_COLUMNS, "entry")).isEqualTo(before);
    assertThat(number(path, "PRAGMA user_version")).isEqualTo(2);
    assertThat(number(path, "SELECT seq FROM sqlite_sequence WHERE name = 'entry'")).isEqualTo(12);
    assertThat(number(path, "SELECT count(*) FROM request")).isEqualTo(3);
    assertThat(number(path, "SELECT count(*) FROM sqlite_master WHERE name LIKE '%entry\\_1%'"))
        .isZero();
  }

  @Test
  void keepsEntriesInAllStates() throws Exception {
    RecordedInboxObserver observer = new RecordedInboxObserver();
    try (SqliteInbox inbox = open(observer);
        SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> now)) {
      observer.awaitCheck();
      await(() -> admin.find("evt_4").orElseThrow().state() == EntryState.WAITING);

      assertThat(admin.stats().byState())
          .isEqualTo(
              Map.of(
                  EntryState.WAITING, 8L,
                  EntryState.PUBLISHED, 2L,
                  EntryState.PARKED, 1L,
                  EntryState.DISCARDED, 1L));
      assertThat(inbox.counts().waiting()).isEqualTo(8);
      assertThat(inbox.counts().parked()).isOne();
      assertThat(entries(inbox.claim(100, Duration.ZERO)))
          .usingRecursiveComparison()
          .isEqualTo(
              List.of(
                  new InboxEntry(4, event(4), 0, 0),
                  new InboxEntry(10, event(10), 0, 0),
                  new InboxEntry(11, event(11), 0, 0),
                  new InboxEntry(12, event(12), 0, 0)));
      assertThat(inbox.heldBehind()).containsExactly(TOPIC);
      assertThat(entries(inbox.claimHeld(TOPIC, 100)))
          .usingRecursiveComparison()
          .isEqualTo(List.of(new InboxEntry(6, event(6), 0, 0), new InboxEntry(9, event(9), 0, 0)));
      for (int i = 1; i <= 12; i++) {
        assertThat(inbox.append(event(i))).as("evt_%d", i).isEqualTo(Appended.DUPLICATE);
      }
      assertThat(inbox.append(event(13))).isEqualTo(Appended.STORED);
      assertThat(entries(inbox.claim(100, Duration.ZERO)))
          .extracting(InboxEntry::sequence)
          .containsExactly(13L);

      now = DUE;
      assertThat(entries(inbox.claim(100, Duration.ZERO)))
          .usingRecursiveComparison()
          .isEqualTo(List.of(new InboxEntry(3, event(3), 2, 0), new InboxEntry(7, event(7), 1, 1)));
      inbox.settle(List.of(new Settlement.Published(3)));
      EntryRow parked = admin.find("evt_5").orElseThrow();
      assertThat(parked.reason()).isEqualTo("UNREADABLE");
      assertThat(parked.detail()).isEqualTo("is nested too deeply");
      assertThat(admin.list(ALL, 100)).hasSize(13);
    }
    assertThat(observer.damaged).isEmpty();
    assertThat(observer.failures).isEmpty();
  }

  private static final EntryFilter ALL =
      new EntryFilter(Optional.empty(), Optional.empty(), Optional.empty());

  private static List<InboxEntry> entries(List<Claim> claims) {
    return claims.stream().map(claim -> ((Claim.Intact) claim).entry()).toList();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  /// Copies the files before each statement, as a kill there would leave them.
  @Test
  void continuesWhereverItWasKilled() throws Exception {
    List<Path> images = new ArrayList<>();
    try (Connection connection = InboxFile.connectTo(path)) {
      Connection watched =
          watched(
              connection,
              () -> {
                Path image = Files.createDirectory(folder.resolve("killed-" + images.size()));
                for (String suffix : List.of("", "-wal")) {
                  Path part = path.resolveSibling("inbox.db" + suffix);
                  if (Files.exists(part)) {
                    Files.copy(part, image.resolve("inbox.db" + suffix));
                  }
                }
                images.add(image.resolve("inbox.db"));
              });
      MigrationToVersion2.migrate(new Statements(watched), 5, InboxObserver.NONE);
    }
    List<String> whole = dump(path, EntryRows.COLUMNS, "entry");

    assertThat(whole).hasSize(12);
    assertThat(images).hasSizeGreaterThan(30);
    int old = 0;
    for (Path image : images) {
      boolean isOld = number(image, "PRAGMA user_version") == 1;
      if (isOld) {
        // The old release could still use it.
        assertThat(dump(image, V1_COLUMNS, "entry")).as("%s", image).hasSize(12);
        old++;
      }
      InboxFile.open(image, "test", Duration.ZERO).close();
      assertThat(dump(image, EntryRows.COLUMNS, "entry")).as("%s", image).isEqualTo(whole);
      assertThat(number(image, "SELECT count(*) FROM sqlite_master WHERE name = 'entry_1'"))
          .isZero();
      assertThat(number(image, "SELECT count(*) FROM meta")).isOne();
    }
    assertThat(old).as("of %d", images.size()).isBetween(5, images.size() - 10);
  }

  private interface Before {
    void statement() throws Exception;
  }

  private static Connection watched(Connection connection, Before before) {
    return proxy(
        Connection.class,
        connection,
        (name, result) ->
            switch (name) {
              case "createStatement" -> watched(Statement.class, result, before);
              case "prepareStatement" -> watched(PreparedStatement.class, result, before);
              default -> result;
            },
        _ -> {});
  }

  private static <T> T watched(Class<T> type, Object statement, Before before) {
    return proxy(
        type,
        statement,
        (_, result) -> result,
        name -> {
          if (name.startsWith("execute")) {
            before.statement();
          }
        });
  }

  private interface Result {
    Object of(String method, Object result);
  }

  private interface Call {
    void begins(String method) throws Exception;
  }

  private static <T> T proxy(Class<T> type, Object target, Result result, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              call.begins(method.getName());
              try {
                Object returned = method.invoke(target, arguments);
                return returned == null ? null : result.of(method.getName(), returned);
              } catch (InvocationTargetException e) {
                throw e.getCause() instanceof SQLException failure ? failure : e;
              }
            }));
  }

  @Test
  void canBeRecoveredFromBeforeAndHalfway() throws Exception {
    InboxRecovery.Report old = InboxRecovery.run(path, folder.resolve("recovered-1.db"));
    assertThat(old.isWhole()).isTrue();
    assertThat(number(folder.resolve("recovered-1.db"), "PRAGMA user_version")).isOne();
    try (Connection connection = InboxFile.connectTo(path)) {
      InboxObserver killer =
          new InboxObserver() {
            @Override
            public void migrating(long moved, long total) {
              if (moved == 10) {
                throw new IllegalStateException("killed");
              }
            }
          };
      assertThatThrownBy(() -> MigrationToVersion2.migrate(new Statements(connection), 5, killer))
          .hasMessage("killed");
    }
    assertThat(number(path, "SELECT count(*) FROM entry_1")).isEqualTo(2);

    InboxRecovery.Report half = InboxRecovery.run(path, folder.resolve("recovered-2.db"));

    assertThat(half.isWhole()).isTrue();
    assertThat(dump(folder.resolve("recovered-2.db"), "event_id, state", "entry")).hasSize(12);
    assertThat(number(folder.resolve("recovered-2.db"), "SELECT count(*) FROM meta")).isOne();
  }

  @Test
  void parksInvalidRows() throws Exception {
    try (Connection connection = InboxFile.connectTo(path);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE entry SET state = 'vaiting' WHERE sequence = 10");
      statement.execute("UPDATE entry SET body = NULL WHERE sequence = 11");
      statement.execute("UPDATE entry SET state = 'published' WHERE sequence = 12");
      statement.execute("UPDATE entry SET due_at = -5 WHERE sequence = 3");
    }
    try (SqliteInbox inbox = open(InboxObserver.NONE);
        SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> now)) {
      assertThat(inbox.counts().parked()).isGreaterThanOrEqualTo(5);
      for (int i : new int[] {10, 11, 12, 3}) {
        EntryRow row = admin.find("evt_" + i).orElseThrow();
        assertThat(row.state()).as("evt_%d", i).isEqualTo(EntryState.PARKED);
        assertThat(row.reason()).isEqualTo("DAMAGED");
      }
      assertThat(admin.body("evt_10")).isPresent();
    }
  }

  @Test
  void isRefusedWithoutRoomAndLeavesTheFileUnchanged() throws Exception {
    byte[] before = Files.readAllBytes(path);
    long needed;
    try (Connection connection = InboxFile.connectTo(path)) {
      needed = MigrationToVersion2.bytesNeeded(new Statements(connection));
    }
    assertThat(needed).isBetween(64L << 20, 65L << 20);

    assertThatThrownBy(() -> InboxSchema.refuseWithoutRoom(path, needed, 10 << 20))
        .isInstanceOf(InboxException.Unusable.class)
        .hasMessageContaining("it needs 64 MiB of free disk space, and 10 MiB are free");
    InboxSchema.refuseWithoutRoom(path, needed, needed);
    assertThat(Arrays.equals(Files.readAllBytes(path), before)).isTrue();
  }

  @Test
  void letsAnOperatorReadBeforeItAndNotMeanwhile() throws Exception {
    try (SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> now)) {
      assertThat(admin.list(ALL, 100)).hasSize(12);
      assertThat(admin.losses()).isEmpty();
    }
    try (Connection connection = InboxFile.connectTo(path)) {
      Statements statements = new Statements(connection);
      statements.run("CREATE TABLE entry_1 (sequence)");
    }
    assertThatThrownBy(() -> SqliteInboxAdmin.open(path, () -> now).close())
        .isInstanceOf(InboxException.Unavailable.class)
        .hasMessageContaining("it is being migrated to version 2");
  }
}
