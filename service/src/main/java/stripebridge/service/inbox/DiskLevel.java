package stripebridge.service.inbox;

/// Decides by the free room whether events may be stored. No disk, no clock.
///
/// Events are refused below a low mark, so that settlements, clean-up and checkpoints still fit.
/// They are accepted again at a high mark, so that the decision does not flip with every event. Not
/// thread-safe.
final class DiskLevel {
  private final long reserve;
  private boolean isOpen;

  /// @param reserve bytes of the reserve; the low mark is the same size
  DiskLevel(long reserve) {
    this.reserve = reserve;
  }

  /// What the caller has to do.
  enum Step {
    NOTHING,
    /// Allocate the reserve and check the disk again.
    ALLOCATE_RESERVE
  }

  /// Below this, events are refused.
  long lowMark() {
    return reserve;
  }

  /// From here on, events are accepted again.
  long highMark() {
    return reserve + reserve / 2;
  }

  /// Updates the level.
  ///
  /// @param free bytes beside the reserve
  /// @param hasReserve whether the whole reserve is allocated
  Step seen(long free, boolean hasReserve) {
    if (!hasReserve) {
      isOpen = false;
      return free >= reserve + highMark() ? Step.ALLOCATE_RESERVE : Step.NOTHING;
    }
    isOpen = free >= (isOpen ? lowMark() : highMark());
    return Step.NOTHING;
  }

  /// A write did not fit, whatever the file system reports.
  void full() {
    isOpen = false;
  }

  /// Whether events may be stored.
  boolean isOpen() {
    return isOpen;
  }
}
