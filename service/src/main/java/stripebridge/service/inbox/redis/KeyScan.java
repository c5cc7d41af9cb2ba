package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import stripebridge.core.inbox.InboxException;

/// Iterates over the keys with a prefix and their values, a batch at a time, in no order. A key
/// that exists for the whole scan comes at least once. Not thread-safe.
final class KeyScan {
  private static final int SCANNED_AT_ONCE = 1_000;
  private static final String START = "0";

  private final RedisConnections redis;
  private final String pattern;
  private String cursor = START;
  private boolean hasMore = true;

  private KeyScan(RedisConnections redis, String pattern) {
    this.redis = redis;
    this.pattern = pattern;
  }

  static KeyScan of(RedisConnections redis, String prefix) {
    // The prefix may contain characters that have a meaning in a pattern.
    return new KeyScan(redis, prefix.replaceAll("[\\\\*?\\[\\]^]", "\\\\$0") + "*");
  }

  boolean hasMore() {
    return hasMore;
  }

  /// The next batch, which may be empty before the scan is complete.
  Map<String, String> next() throws InboxException {
    return redis.use(
        "read",
        connection -> {
          List<?> scanned =
              Reply.list(
                  connection.executeCommand(
                      new CommandArguments(Command.SCAN)
                          .add(cursor)
                          .add("MATCH".getBytes(UTF_8))
                          .add(pattern)
                          .add("COUNT".getBytes(UTF_8))
                          .add(SCANNED_AT_ONCE)));
          cursor = Reply.text(scanned.getFirst());
          hasMore = !cursor.equals(START);
          List<?> keys = Reply.list(scanned.get(1));
          Map<String, String> found = new LinkedHashMap<>();
          if (keys.isEmpty()) {
            return found;
          }
          CommandArguments get = new CommandArguments(Command.MGET);
          keys.forEach(key -> get.key(Reply.text(key)));
          List<?> values = Reply.list(connection.executeCommand(get));
          for (int i = 0; i < keys.size(); i++) {
            found.put(Reply.text(keys.get(i)), Reply.text(values.get(i)));
          }
          return found;
        });
  }
}
