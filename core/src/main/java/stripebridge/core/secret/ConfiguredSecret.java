package stripebridge.core.secret;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/// A secret that a replica verifies webhooks with, as the replica reports it.
///
/// @param fingerprint as [SecretLedger#fingerprint] makes it
/// @param label as in [stripebridge.core.config.EndpointSecret#name]
/// @param since the day from which the operator counts its age, instead of the first sight
/// @param lastUsed when this process last verified a webhook with it
public record ConfiguredSecret(
    String fingerprint, String label, Optional<LocalDate> since, Optional<Instant> lastUsed) {}
