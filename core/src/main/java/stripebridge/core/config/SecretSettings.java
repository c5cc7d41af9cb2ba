package stripebridge.core.config;

import java.time.Duration;
import java.util.Optional;

/// How secrets are judged.
///
/// @param ageMax the age above which a secret is old; absent: none is
public record SecretSettings(Optional<Duration> ageMax) {

  static SecretSettings from(Values values) {
    int days = values.get(Settings.SECRET_MAX_AGE_DAYS);
    return new SecretSettings(days == 0 ? Optional.empty() : Optional.of(Duration.ofDays(days)));
  }
}
