package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/// An inbox in Redis as text: for each key a line with its name, the milliseconds until it expires
/// (0 for never) and its `DUMP` in base 64. A dump of each format is a test resource, so that tests
/// show that later releases open it.
final class RedisDump {
  private RedisDump() {}

  /// Dumps all keys of a Redis.
  static String of(RedisProcess redis) {
    StringBuilder lines = new StringBuilder();
    try (Connection connection = new Connection("127.0.0.1", redis.port())) {
      List<String> keys =
          Reply.list(connection.executeCommand(command(Command.KEYS, "*"))).stream()
              .map(Reply::text)
              .sorted()
              .toList();
      for (String key : keys) {
        long left = Reply.number(connection.executeCommand(command(Command.PTTL, key)));
        byte[] dump = (byte[]) connection.executeCommand(command(Command.DUMP, key));
        lines
            .append(key + " " + Math.max(0, left) + " ")
            .append(Base64.getEncoder().encodeToString(dump))
            .append('\n');
      }
    }
    return lines.toString();
  }

  /// Restores the keys of a resource.
  static void load(RedisProcess redis, String resource) {
    try (InputStream in = RedisDump.class.getResourceAsStream(resource);
        Connection connection = new Connection("127.0.0.1", redis.port())) {
      if (in == null) {
        throw new AssertionError("there is no resource " + resource);
      }
      new String(in.readAllBytes(), UTF_8)
          .lines()
          .forEach(line -> {
            String[] parts = line.split(" ", -1);
            Object _ =
                connection.executeCommand(
                    command(Command.RESTORE, parts[0], parts[1])
                        .add(Base64.getDecoder().decode(parts[2])));
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CommandArguments command(Command name, String... arguments) {
    CommandArguments command = new CommandArguments(name);
    for (String argument : arguments) {
      command.add(argument.getBytes(UTF_8));
    }
    return command;
  }
}
