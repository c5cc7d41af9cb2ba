package stripebridge.core.capture;

import java.util.Locale;

/// What happens to a refused webhook that may be captured.
public enum CaptureOutcome {
  /// It is in a file.
  KEPT(""),
  /// Its reason has had its share of this hour.
  HOUR_FULL("enough of this reason were captured this hour"),
  /// The captures have the size that all, or those of this hour, may have.
  SPACE_FULL("the captures take the space that they may take"),
  /// The disk has too little free space.
  DISK_LOW("the disk has less than 1 GiB free"),
  /// Too many were refused at the same time.
  BUSY("too many were refused at once"),
  /// The file could not be written.
  FAILED("the file could not be written");

  private final String reason;

  CaptureOutcome(String reason) {
    this.reason = reason;
  }

  /// Why it was not kept, as a clause.
  public String reason() {
    return reason;
  }

  /// The label in metrics.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
