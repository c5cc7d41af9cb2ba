/// How commands come to administer a broker: the settings, the connection and its failures, the
/// same for all. Uses the adapter for SEMP; knows none of the commands.
@NullMarked
package stripebridge.cli.admin;

import org.jspecify.annotations.NullMarked;
