package stripebridge.core.capture;

import java.time.Duration;

/// How much is captured.
///
/// @param perReasonAndHour webhooks that are kept of one reason and one hour: the first ones
/// @param otherPerReasonAndHour how many of them may be [CaptureRoom#OTHER]
/// @param bytesMax of all captures
/// @param otherBytesMax of those in [CaptureRoom#OTHER]
/// @param ageMax after which a capture is deleted
/// @param diskFreeMin bytes that stay free on the disk
public record CaptureLimits(
    int perReasonAndHour,
    int otherPerReasonAndHour,
    long bytesMax,
    long otherBytesMax,
    Duration ageMax,
    long diskFreeMin) {
  /// The limits of the bridge.
  public static final CaptureLimits USUAL =
      // An OTHER capture of 1 MiB takes 1.4 MiB in Base64, and must fit.
      new CaptureLimits(20, 10, 10L << 20, 2L << 20, Duration.ofHours(24), 1L << 30);
}
