/// A local broker for development and tests that the official Solace clients can talk to: start it,
/// script it, ask what it received. Depends on nothing else of this project, so that a
/// misunderstanding cannot be shared.
@NullMarked
package stripebridge.sandbox;

import org.jspecify.annotations.NullMarked;
