/// Tests the launcher in child processes, with stand-ins for the JDK and Maven of a machine.
@NullMarked
package stripebridge.acceptance.launcher;

import org.jspecify.annotations.NullMarked;
