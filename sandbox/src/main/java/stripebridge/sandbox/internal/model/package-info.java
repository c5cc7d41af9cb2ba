/// What a SEMP configuration object is made of: its kinds, their attributes with limits and
/// defaults, and checked values of them. Knows no HTTP, no message and no engine.
@NullMarked
package stripebridge.sandbox.internal.model;

import org.jspecify.annotations.NullMarked;
