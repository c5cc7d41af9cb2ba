/// The launcher, in child processes, with stand-ins for what it finds on a machine: a JDK and
/// Maven.
@NullMarked
package stripebridge.acceptance.launcher;

import org.jspecify.annotations.NullMarked;
