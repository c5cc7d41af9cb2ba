package stripebridge.bench.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// The CPU time that a process has used, in all and by group of threads. Linux only.
///
/// @param seconds user and system time of the whole process, ended threads included
/// @param secondsByThread of each thread that runs, by its id
/// @param groups the group of each thread, by its id
record BridgeCpu(double seconds, Map<String, Double> secondsByThread, Map<String, String> groups) {
  /// The group of the JVM's compiler.
  static final String COMPILER = "compiler";

  // The unit of /proc/PID/stat on every Linux that Java runs on.
  private static final double TICKS_PER_SECOND = 100;
  private static final int USER_TIME = 11;

  static BridgeCpu of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Map<String, Double> seconds = new HashMap<>();
    Map<String, String> groups = new HashMap<>();
    try (Stream<Path> threads = Files.list(process.resolve("task"))) {
      for (Path thread : threads.toList()) {
        String id = thread.getFileName().toString();
        try {
          groups.put(id, group(Files.readString(thread.resolve("comm")).strip()));
          String nanos = Files.readString(thread.resolve("schedstat")).split(" ", 2)[0];
          seconds.put(id, Long.parseLong(nanos) / 1e9);
        } catch (NoSuchFileException _) {
          // It has just ended.
        }
      }
    }
    // The name in parentheses may hold spaces.
    String stat = Files.readString(process.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
    return new BridgeCpu(ticks / TICKS_PER_SECOND, seconds, groups);
  }

  /// What the threads of a bridge do, by the first 15 characters of their names.
  private static String group(String name) {
    return switch (name) {
      case String http when http.startsWith("ForkJoinPool-1-") -> "http (carriers)";
      case String poller when poller.contains("-poller") || poller.contains("Poller") ->
          "http (poller)";
      case String gc when gc.startsWith("G1 ") || gc.startsWith("GC ") -> "garbage collector";
      case String compiler when compiler.contains("CompilerThre") || compiler.startsWith("C1 ") ->
          COMPILER;
      case String relay when relay.startsWith("relay-") -> relay;
      case "inbox-writer", "log-writer", "VM Thread" -> name;
      case String client when client.startsWith("Context_") || client.startsWith("nioEventLoop") ->
          "broker client";
      default -> "others";
    };
  }

  /// The whole process from an earlier moment to this one.
  double secondsSince(BridgeCpu earlier) {
    return seconds - earlier.seconds;
  }

  /// The threads that run now, from an earlier moment to this one, by group.
  Map<String, Double> byGroupSince(BridgeCpu earlier) {
    Map<String, Double> since = new TreeMap<>();
    secondsByThread.forEach((id, now) ->
        since.merge(
            groups.getOrDefault(id, "others"),
            now - earlier.secondsByThread.getOrDefault(id, 0.0),
            Double::sum));
    return since;
  }

  /// The median of each group over some rounds.
  static Map<String, Double> medians(List<Map<String, Double>> rounds) {
    Map<String, Double> medians = new TreeMap<>();
    for (Map<String, Double> round : rounds) {
      for (String group : round.keySet()) {
        ToDoubleFunction<Map<String, Double>> value = one -> one.getOrDefault(group, 0.0);
        medians.computeIfAbsent(
            group,
            _ ->
                ServeBench.median(
                    new ArrayList<>(rounds.stream().mapToDouble(value).boxed().toList())));
      }
    }
    return medians;
  }
}
