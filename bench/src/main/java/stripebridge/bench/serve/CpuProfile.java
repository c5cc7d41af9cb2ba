package stripebridge.bench.serve;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/// Where a recorded process spends its CPU time and what it allocates: samples of
/// `jdk.CPUTimeSample`, which counts native code too, and of `jdk.ObjectAllocationSample`.
final class CpuProfile {
  private static final int LINES = 25;
  private static final String OURS = "stripebridge.";

  private CpuProfile() {}

  /// The JVM's options for a recording.
  static List<String> options(Path recording) {
    return List.of(
        "-XX:StartFlightRecording:filename=%s,dumponexit=true,settings=none".formatted(recording)
            + ",+jdk.CPUTimeSample#enabled=true,+jdk.CPUTimeSample#throttle=500/s"
            + ",+jdk.ObjectAllocationSample#enabled=true"
            + ",+jdk.ObjectAllocationSample#throttle=500/s",
        "-XX:FlightRecorderOptions:stackdepth=96",
        "-Xlog:jfr*=off");
  }

  /// Samples by name.
  private static final class Counted {
    private final Map<String, Double> weights = new HashMap<>();
    private double total;

    void add(String name, double weight) {
      weights.merge(name, weight, Double::sum);
    }

    void print(String title) {
      System.out.printf("  %s%n", title);
      weights.entrySet().stream()
          .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
          .limit(LINES)
          .forEach(entry ->
              System.out.printf(
                  "    %5.1f %%  %s%n", 100 * entry.getValue() / total, entry.getKey()));
    }
  }

  /// Prints the top of a recording from a moment on.
  static void print(Path recording, Instant from) throws IOException {
    Counted methods = new Counted();
    Counted own = new Counted();
    Counted inclusive = new Counted();
    Counted allocating = new Counted();
    Counted classes = new Counted();
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        RecordedStackTrace trace = event.getStackTrace();
        if (trace == null || event.getStartTime().isBefore(from)) {
          continue;
        }
        List<String> frames = frames(trace);
        switch (event.getEventType().getName()) {
          case "jdk.CPUTimeSample" -> {
            methods.total++;
            own.total++;
            inclusive.total++;
            methods.add(frames.getFirst(), 1);
            own.add(firstOwn(frames), 1);
            frames.stream()
                .filter(frame -> frame.startsWith(OURS) && !frame.contains("$$Lambda"))
                .distinct()
                .forEach(frame -> inclusive.add(frame, 1));
          }
          case "jdk.ObjectAllocationSample" -> {
            long bytes = event.getLong("weight");
            allocating.total += bytes;
            classes.total += bytes;
            allocating.add(firstOwn(frames), bytes);
            classes.add(event.getClass("objectClass").getName(), bytes);
          }
          default -> {}
        }
      }
    }
    System.out.printf("%nProfile of %,.0f samples in Java threads%n", methods.total);
    methods.print("methods, without what they call");
    own.print("our innermost method, with the library code that it calls");
    inclusive.print("our methods, with all code they call");
    allocating.print("bytes allocated, by our innermost method");
    classes.print("bytes allocated, by class");
  }

  private static List<String> frames(RecordedStackTrace trace) {
    List<String> frames = new ArrayList<>();
    for (RecordedFrame frame : trace.getFrames()) {
      frames.add(frame.getMethod().getType().getName() + "." + frame.getMethod().getName());
    }
    return frames;
  }

  private static String firstOwn(List<String> frames) {
    for (String frame : frames) {
      if (frame.startsWith(OURS)) {
        return frame;
      }
    }
    return "(no code of ours) " + frames.getLast();
  }
}
