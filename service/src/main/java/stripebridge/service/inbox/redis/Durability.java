package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import stripebridge.core.config.InboxSettings.RedisDurability;
import stripebridge.core.inbox.InboxException;

/// Waits for Redis to confirm writes as INBOX_REDIS_DURABILITY requires, and finds out what a crash
/// of Redis could lose.
final class Durability {
  // Less than the time that a reply may take.
  private static final long CONFIRM_MAX_MILLIS =
      RedisConnections.ANSWER_MAX.dividedBy(2).toMillis();
  // The first version with WAITAOF.
  private static final List<Integer> WAITAOF_VERSION = List.of(7, 2);

  private final RedisConnections redis;
  private final RedisDurability required;

  private volatile long bytesMax;

  Durability(RedisConnections redis, RedisDurability required) {
    this.redis = redis;
    this.required = required;
  }

  /// Whether writes need a confirmation beyond Redis's reply.
  boolean needsConfirmation() {
    return !(required instanceof RedisDurability.AsConfigured);
  }

  /// Waits until the writes of this connection are as durable as required.
  ///
  /// @throws InboxException.Unavailable when the confirmation does not come in time; the writes
  ///   happened all the same
  void confirm(Connection connection) throws InboxException.Unavailable {
    switch (required) {
      case RedisDurability.AsConfigured() -> {}
      case RedisDurability.Replicas(int count) -> {
        long reached =
            Reply.number(
                connection.executeCommand(
                    new CommandArguments(Command.WAIT).add(count).add(CONFIRM_MAX_MILLIS)));
        if (reached < count) {
          throw unconfirmed(reached + " of " + count + " replicas have it");
        }
      }
      case RedisDurability.Local() -> {
        List<?> reached =
            Reply.list(
                connection.executeCommand(
                    new CommandArguments(Command.WAITAOF).add(1).add(0).add(CONFIRM_MAX_MILLIS)));
        if (reached.isEmpty() || Reply.number(reached.getFirst()) < 1) {
          throw unconfirmed("its disk does not have it");
        }
      }
    }
  }

  private InboxException.Unavailable unconfirmed(String seen) {
    return new InboxException.Unavailable(
        "cannot store durably in the inbox at %s: after %d ms %s"
            .formatted(redis, CONFIRM_MAX_MILLIS, seen),
        null);
  }

  /// Warnings about what a crash could lose, a sentence each.
  ///
  /// @throws InboxException.Unusable when Redis cannot confirm as required
  List<String> check() throws InboxException {
    Map<String, String> found = redis.use("read the settings of", Durability::read);
    bytesMax = Long.parseLong(found.getOrDefault("maxmemory", "0"));
    refuseUnsupported(found);
    List<String> warnings = new ArrayList<>();
    if (found.containsKey("refusal")) {
      warnings.add(
          "a crash of Redis may lose events: it does not show its settings ("
              + found.get("refusal")
              + ")");
    } else {
      warnOfDisk(found, warnings);
      warnOfEviction(found, warnings);
    }
    warnOfReplicas(found, warnings);
    return warnings;
  }

  /// Redis's `maxmemory` at the last check; 0 when it has no limit or does not say.
  long bytesMax() {
    return bytesMax;
  }

  private static Map<String, String> read(Connection connection) {
    Map<String, String> found = new HashMap<>();
    for (String section : List.of("server", "replication", "memory")) {
      try {
        Reply.text(connection.executeCommand(new CommandArguments(Command.INFO).add(section)))
            .lines()
            .map(line -> line.split(":", 2))
            .filter(pair -> pair.length == 2)
            .forEach(pair -> found.put(pair[0], pair[1].strip()));
      } catch (JedisDataException _) {
        // The same permission guards the settings below, whose refusal is reported.
      }
    }
    for (String setting : List.of("appendonly", "appendfsync", "maxmemory-policy")) {
      try {
        List<?> pair =
            Reply.list(
                connection.executeCommand(
                    new CommandArguments(Command.CONFIG).add("GET".getBytes(UTF_8)).add(setting)));
        if (pair.size() == 2) {
          found.put(setting, Reply.text(pair.get(1)));
        } else {
          found.put("refusal", "it has no setting " + setting);
        }
      } catch (JedisDataException e) {
        found.put("refusal", String.valueOf(e.getMessage()));
      }
    }
    return found;
  }

  private void refuseUnsupported(Map<String, String> found) throws InboxException.Unusable {
    if (!(required instanceof RedisDurability.Local)) {
      return;
    }
    String version = found.getOrDefault("redis_version", "");
    Matcher parts = Pattern.compile("(\\d+)\\.(\\d+).*").matcher(version);
    if (parts.matches()) {
      int major = Integer.parseInt(parts.group(1));
      int minor = Integer.parseInt(parts.group(2));
      boolean hasWaitaof =
          major > WAITAOF_VERSION.getFirst()
              || (major == WAITAOF_VERSION.getFirst() && minor >= WAITAOF_VERSION.getLast());
      if (!hasWaitaof) {
        throw new InboxException.Unusable(
            "cannot use INBOX_REDIS_DURABILITY=local at %s: that needs Redis 7.2, and this is %s"
                .formatted(redis, version),
            "unset it, and give Redis 'appendonly yes' and 'appendfsync always': then it replies"
                + " only once the event is on its disk",
            null);
      }
    }
    if (found.getOrDefault("appendonly", "yes").equals("no")) {
      throw new InboxException.Unusable(
          "cannot use INBOX_REDIS_DURABILITY=local at " + redis + ": appendonly is no",
          "give Redis 'appendonly yes'",
          null);
    }
  }

  private void warnOfDisk(Map<String, String> found, List<String> warnings) {
    String fsync = found.getOrDefault("appendfsync", "");
    if (found.getOrDefault("appendonly", "").equals("no")) {
      warnings.add(
          "a crash of Redis loses the events since its last snapshot, which were answered 200:"
              + " appendonly is no");
    } else if (!fsync.equals("always") && !(required instanceof RedisDurability.Local)) {
      String time = fsync.equals("everysec") ? "the last second or two" : "half a minute and more";
      warnings.add(
          "a crash of Redis's machine loses the events of %s, which were answered 200: appendfsync"
                  .formatted(time)
              + " is "
              + fsync);
    }
  }

  private static void warnOfEviction(Map<String, String> found, List<String> warnings) {
    String policy = found.getOrDefault("maxmemory-policy", "noeviction");
    if (policy.startsWith("allkeys")) {
      warnings.add(
          "when its memory is full, Redis drops waiting events: maxmemory-policy is " + policy);
    } else if (!policy.equals("noeviction")) {
      warnings.add(
          "when its memory is full, Redis forgets published ids early, and an event that returns is"
              + " published again: maxmemory-policy is "
              + policy);
    }
  }

  private void warnOfReplicas(Map<String, String> found, List<String> warnings) {
    String text = found.getOrDefault("connected_slaves", "");
    if (text.isEmpty()) {
      return;
    }
    int replicas = Integer.parseInt(text);
    if (required instanceof RedisDurability.Replicas(int count)) {
      if (replicas < count) {
        warnings.add(
            "webhooks are answered 503 for now: INBOX_REDIS_DURABILITY asks for %d replicas, and"
                    .formatted(count)
                + " Redis has "
                + replicas);
      }
    } else if (replicas > 0) {
      warnings.add(
          "a failover to a replica of Redis loses the events that the replica does not have yet,"
              + " which were answered 200: INBOX_REDIS_DURABILITY=replica:1 waits for it");
    }
  }
}
