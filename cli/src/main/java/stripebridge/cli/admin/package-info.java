/// Gives commands the broker's administration: its settings, connection and failures. Uses the SEMP
/// adapter; does not depend on any command.
@NullMarked
package stripebridge.cli.admin;

import org.jspecify.annotations.NullMarked;
