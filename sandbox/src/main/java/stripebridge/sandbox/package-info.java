/// A local broker for development and tests that the official Solace clients can talk to: start it,
/// script it, check what it received. Depends on no other module of this project, so that it cannot
/// share their misunderstandings.
@NullMarked
package stripebridge.sandbox;

import org.jspecify.annotations.NullMarked;
