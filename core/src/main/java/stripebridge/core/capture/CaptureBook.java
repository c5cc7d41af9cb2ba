package stripebridge.core.capture;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decides which refused webhooks are kept and which captures are deleted. Its state is what the
/// folder has: the names and sizes of files, of this process and of others.
///
/// Within one hour of the clock the first ones are kept. One hour may take half of the space that
/// the other hours leave, so that a full hour leaves space for the next.
///
/// No clock, no files. Not thread-safe.
public final class CaptureBook {
  private static final long HOUR_SECONDS = 3_600;

  private final CaptureLimits limits;
  private final Map<CaptureName, Long> files = new HashMap<>();
  private final Map<Slot, Integer> counts = new HashMap<>();
  private final Map<Long, Long> bytesOfHours = new HashMap<>();
  private long bytes;
  private long otherBytes;

  private record Slot(long hour, CaptureReason reason, CaptureRoom room) {
    static Slot of(CaptureName name) {
      return new Slot(hourOf(name.at()), name.reason(), name.room());
    }
  }

  public CaptureBook(CaptureLimits limits) {
    this.limits = limits;
  }

  private static long hourOf(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), HOUR_SECONDS);
  }

  /// The folder has exactly these files: name and size in bytes.
  public void found(Map<CaptureName, Long> found) {
    files.clear();
    counts.clear();
    bytesOfHours.clear();
    bytes = 0;
    otherBytes = 0;
    found.forEach(this::kept);
  }

  /// Whether a webhook of this reason and hour can still be kept, whatever its size. Takes a few
  /// look-ups, so a flood may ask.
  public boolean hasPlace(CaptureReason reason, CaptureRoom room, Instant at) {
    long hour = hourOf(at);
    int others = count(new Slot(hour, reason, CaptureRoom.OTHER));
    int likely = count(new Slot(hour, reason, CaptureRoom.LIKELY));
    return others + likely < limits.perReasonAndHour()
        && (room == CaptureRoom.LIKELY || others < limits.otherPerReasonAndHour());
  }

  private int count(Slot slot) {
    return counts.getOrDefault(slot, 0);
  }

  /// Decides about one webhook. The caller then writes the file and says so to [#kept].
  ///
  /// @param size of its file in bytes
  /// @param diskFree free bytes on the disk
  public CaptureOutcome verdict(CaptureName name, long size, long diskFree) {
    if (!hasPlace(name.reason(), name.room(), name.at())) {
      return CaptureOutcome.HOUR_FULL;
    }
    long ofThisHour = bytesOfHours.getOrDefault(hourOf(name.at()), 0L);
    long forThisHour = (limits.bytesMax() - (bytes - ofThisHour)) / 2;
    boolean isOther = name.room() == CaptureRoom.OTHER;
    if (ofThisHour + size > forThisHour
        || (isOther && otherBytes + size > limits.otherBytesMax())) {
      return CaptureOutcome.SPACE_FULL;
    }
    return diskFree - size < limits.diskFreeMin() ? CaptureOutcome.DISK_LOW : CaptureOutcome.KEPT;
  }

  /// The folder has one more file.
  public void kept(CaptureName name, long size) {
    if (files.putIfAbsent(name, size) == null) {
      add(name, size, 1);
    }
  }

  /// The folder no longer has this file.
  public void deleted(CaptureName name) {
    Long size = files.remove(name);
    if (size != null) {
      add(name, -size, -1);
    }
  }

  private void add(CaptureName name, long size, int count) {
    // Nothing that has become zero stays: the maps must not grow with the hours.
    counts.compute(Slot.of(name), (_, had) -> sum(had, count));
    bytesOfHours.compute(hourOf(name.at()), (_, had) -> sum(had, size));
    bytes += size;
    otherBytes += name.room() == CaptureRoom.OTHER ? size : 0;
  }

  private static @Nullable Integer sum(@Nullable Integer had, int more) {
    int sum = (had == null ? 0 : had) + more;
    return sum == 0 ? null : sum;
  }

  private static @Nullable Long sum(@Nullable Long had, long more) {
    long sum = (had == null ? 0 : had) + more;
    return sum == 0 ? null : sum;
  }

  /// The captures to delete, oldest first: those past their age. A capture that is as far in the
  /// future comes from a wrong clock, and would stay there for as long.
  public List<CaptureName> due(Instant now) {
    return files.keySet().stream()
        .filter(name -> Duration.between(name.at(), now).abs().compareTo(limits.ageMax()) >= 0)
        .sorted(Comparator.comparing(CaptureName::at).thenComparing(CaptureName::text))
        .toList();
  }
}
