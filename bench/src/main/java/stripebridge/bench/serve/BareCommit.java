package stripebridge.bench.serve;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import stripebridge.core.inbox.ReceivedEvent;

/// The minimum for a group commit: a queue, a thread, one transaction for all waiting callers. It
/// keeps an id and a body, has no states, counts nothing and checks nothing.
final class BareCommit implements StoreOnlyInbox {
  private record Waiting(ReceivedEvent event, CompletableFuture<Boolean> done) {}

  private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
  private final Connection connection;
  private final Thread writer;

  BareCommit(Path file) throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      statement.execute(
          "CREATE TABLE event (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body BLOB)");
    }
    connection.setAutoCommit(false);
    writer = Thread.ofPlatform().daemon().start(this::run);
  }

  @Override
  public void store(ReceivedEvent event) {
    Waiting waiting = new Waiting(event, new CompletableFuture<>());
    queue.add(waiting);
    waiting.done().join();
  }

  private void run() {
    List<Waiting> batch = new ArrayList<>();
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO event (id, body) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
      while (true) {
        batch.clear();
        batch.add(queue.take());
        queue.drainTo(batch);
        for (Waiting waiting : batch) {
          insert.setString(1, waiting.event().id().text());
          insert.setBytes(2, waiting.event().body());
          insert.executeUpdate();
        }
        connection.commit();
        batch.forEach(waiting -> waiting.done().complete(true));
      }
    } catch (InterruptedException _) {
      // Closed.
    } catch (SQLException e) {
      batch.forEach(waiting -> waiting.done().completeExceptionally(e));
    }
  }

  @Override
  public void close() {
    writer.interrupt();
    try {
      writer.join();
      connection.close();
    } catch (InterruptedException | SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
