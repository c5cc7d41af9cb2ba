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

/// How durable Redis is: what it is asked to confirm, and what a crash of it could lose.
final class Durability {
  // Below the time that an answer may take.
  private static final long CONFIRM_MAX_MILLIS = RedisLink.ANSWER_MAX.dividedBy(2).toMillis();
  private static final List<Integer> KNOWS_WAITAOF = List.of(7, 2);

  private final RedisLink link;
  private final RedisDurability asked;

  private volatile long bytesMax;

  Durability(RedisLink link, RedisDurability asked) {
    this.link = link;
    this.asked = asked;
  }

  /// Whether something is asked for beyond what Redis does by itself.
  boolean isAsked() {
    return !(asked instanceof RedisDurability.AsConfigured);
  }

  /// Waits until what this connection wrote is as durable as is asked.
  ///
  /// @throws InboxException.Unavailable when it did not get so in time; it is written all the same
  void confirm(Connection connection) throws InboxException.Unavailable {
    switch (asked) {
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
            .formatted(link, CONFIRM_MAX_MILLIS, seen),
        null);
  }

  /// What a crash could lose, a sentence each.
  ///
  /// @throws InboxException.Unusable when Redis cannot confirm what is asked
  List<String> check() throws InboxException {
    Map<String, String> found = link.use("read the settings of", Durability::read);
    bytesMax = Long.parseLong(found.getOrDefault("maxmemory", "0"));
    refuseWhatItCannot(found);
    List<String> warnings = new ArrayList<>();
    if (found.containsKey("refusal")) {
      warnings.add(
          "what a crash of Redis could lose is not known: it does not show its settings ("
              + found.get("refusal")
              + ")");
    } else {
      warnOfDisk(found, warnings);
      warnOfEviction(found, warnings);
    }
    warnOfReplicas(found, warnings);
    return warnings;
  }

  /// How much memory Redis may use, as it said when it was checked; 0 without a limit, or where it
  /// does not say.
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
        // It is said with the settings, which are guarded alike.
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
          found.put("refusal", "there is no " + setting);
        }
      } catch (JedisDataException e) {
        found.put("refusal", String.valueOf(e.getMessage()));
      }
    }
    return found;
  }

  private void refuseWhatItCannot(Map<String, String> found) throws InboxException.Unusable {
    if (!(asked instanceof RedisDurability.Local)) {
      return;
    }
    String version = found.getOrDefault("redis_version", "");
    Matcher parts = Pattern.compile("(\\d+)\\.(\\d+).*").matcher(version);
    if (parts.matches()) {
      int major = Integer.parseInt(parts.group(1));
      int minor = Integer.parseInt(parts.group(2));
      boolean knows =
          major > KNOWS_WAITAOF.getFirst()
              || (major == KNOWS_WAITAOF.getFirst() && minor >= KNOWS_WAITAOF.getLast());
      if (!knows) {
        throw new InboxException.Unusable(
            "cannot confirm with INBOX_REDIS_DURABILITY=local at %s: that takes Redis 7.2, and it"
                    .formatted(link)
                + " is "
                + version,
            "unset it, and give Redis 'appendonly yes' and 'appendfsync always': it answers then"
                + " when its disk has it",
            null);
      }
    }
    if (found.getOrDefault("appendonly", "yes").equals("no")) {
      throw new InboxException.Unusable(
          "cannot confirm with INBOX_REDIS_DURABILITY=local at " + link + ": appendonly is no",
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
    } else if (!fsync.equals("always") && !(asked instanceof RedisDurability.Local)) {
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
          "when its memory is full, Redis drops events that wait: maxmemory-policy is " + policy);
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
    if (asked instanceof RedisDurability.Replicas(int count)) {
      if (replicas < count) {
        warnings.add(
            "webhooks are answered 503 for now: INBOX_REDIS_DURABILITY asks for %d replicas, and"
                    .formatted(count)
                + " Redis has "
                + replicas);
      }
    } else if (replicas > 0) {
      warnings.add(
          "a failover to a replica of Redis loses the events that it does not have yet, which were"
              + " answered 200: INBOX_REDIS_DURABILITY=replica:1 waits for it");
    }
  }
}
