/// The SEMP object model: kinds of objects, their attributes with limits and defaults, and valid
/// values. Must not depend on HTTP, messages or the engine.
@NullMarked
package stripebridge.sandbox.internal.model;

import org.jspecify.annotations.NullMarked;
