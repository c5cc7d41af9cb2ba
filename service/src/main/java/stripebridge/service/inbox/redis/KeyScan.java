package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import stripebridge.core.inbox.InboxException;

/// The keys that begin alike, with their values, some at a time and in no order. What is there from
/// the beginning to the end is seen at least once. Not thread-safe.
final class KeyScan {
  private static final int SCANNED_AT_ONCE = 1_000;
  private static final String END = "0";

  private final RedisConnections link;
  private final String pattern;
  private String cursor = END;
  private boolean hasMore = true;

  private KeyScan(RedisConnections link, String pattern) {
    this.link = link;
    this.pattern = pattern;
  }

  static KeyScan of(RedisConnections link, String prefix) {
    // What a pattern would take for one of its own signs.
    return new KeyScan(link, prefix.replaceAll("[\\\\*?\\[\\]^]", "\\\\$0") + "*");
  }

  boolean hasMore() {
    return hasMore;
  }

  /// Some of them; maybe none, even if there are more.
  Map<String, String> next() throws InboxException {
    return link.use(
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
          hasMore = !cursor.equals(END);
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
