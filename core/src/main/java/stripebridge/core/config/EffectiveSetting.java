package stripebridge.core.config;

/// A setting as it holds, fit to be listed.
///
/// @param shown its text, secrets masked; empty when it is not set
public record EffectiveSetting(Setting<?> setting, String shown, Origin origin) {}
