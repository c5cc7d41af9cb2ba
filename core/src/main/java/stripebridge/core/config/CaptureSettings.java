package stripebridge.core.config;

import java.util.Optional;

/// Whether refused webhooks are captured.
///
/// @param folder where; empty when they are not
public record CaptureSettings(Optional<String> folder) {
  static CaptureSettings from(Values values) {
    return new CaptureSettings(
        values.find(Settings.CAPTURE_REFUSED).filter(path -> !path.isEmpty()));
  }
}
