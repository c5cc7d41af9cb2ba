package stripebridge.cli.validate;

import java.time.Duration;

/// One thing that was looked at.
///
/// @param name what has to be so, such as `GET /ready`
/// @param took how long it took to find out
public record Check(Stage stage, String name, Result result, Duration took) {}
