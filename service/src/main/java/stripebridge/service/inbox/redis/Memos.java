package stripebridge.service.inbox.redis;

import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import stripebridge.core.inbox.InboxException;

/// Reads the memos of an inbox in Redis. `replace-memo.lua` writes them.
final class Memos {
  private Memos() {}

  /// A memo; empty if no memo has this name.
  static String read(RedisConnections redis, String name) throws InboxException {
    return redis.use(
        "read",
        connection ->
            Reply.text(
                connection.executeCommand(
                    new CommandArguments(Command.GET).key(redis.keyPrefix() + "memo:" + name))));
  }
}
