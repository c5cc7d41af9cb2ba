package stripebridge.core.topology.plan;

import org.jspecify.annotations.Nullable;
import stripebridge.core.topology.model.AttributeValue;

/// One attribute that has another value than wanted.
///
/// @param old what was found; null when the broker did not say (it never does for a secret)
/// @param interrupts whether the broker has to switch something off for a moment that is on now:
///   consumers or clients are disconnected
public record AttributeChange(
    String attribute, @Nullable AttributeValue old, AttributeValue wanted, boolean interrupts) {}
