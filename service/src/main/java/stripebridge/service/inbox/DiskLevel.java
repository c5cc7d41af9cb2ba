package stripebridge.service.inbox;

/// Decides by how much room there is whether events may be stored. No disk and no clock of its own.
///
/// Events stop at a low mark, so that what has to be written even then fits: marks, clean-up, and
/// emptying the log into the file. They go on at a higher one, so that it does not change with
/// every event. Not thread-safe.
final class DiskLevel {
  private final long reserve;
  private boolean isOpen;

  /// @param reserve bytes that are kept beside the inbox; the low mark is as much again
  DiskLevel(long reserve) {
    this.reserve = reserve;
  }

  /// What there is to do.
  enum Step {
    NOTHING,
    /// The reserve is to be taken, and the disk to be looked at anew.
    TAKE_RESERVE
  }

  /// Below this events are refused.
  long lowMark() {
    return reserve;
  }

  /// From here on they are taken again.
  long highMark() {
    return reserve + reserve / 2;
  }

  /// What was seen of the disk.
  ///
  /// @param free bytes beside the reserve
  /// @param hasReserve whether all of it is there
  Step seen(long free, boolean hasReserve) {
    if (!hasReserve) {
      isOpen = false;
      return free >= reserve + highMark() ? Step.TAKE_RESERVE : Step.NOTHING;
    }
    isOpen = free >= (isOpen ? lowMark() : highMark());
    return Step.NOTHING;
  }

  /// Something did not fit, whatever the disk says of itself.
  void full() {
    isOpen = false;
  }

  /// Whether events may be stored.
  boolean isOpen() {
    return isOpen;
  }
}
