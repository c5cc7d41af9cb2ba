package stripebridge.core.capture;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The share of the captures that a webhook may take.
public enum CaptureRoom {
  /// It looks as if Stripe had sent it ([Likeness]).
  LIKELY,
  /// Anything else. A flood of these leaves most of the room to the others.
  OTHER;

  /// The word in names.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<CaptureRoom> of(String word) {
    return Arrays.stream(values()).filter(room -> room.word().equals(word)).findFirst();
  }
}
