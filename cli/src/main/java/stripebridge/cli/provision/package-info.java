/// The `provision` command: plans, asks, applies and verifies. Uses core's broker port and must not
/// depend on SEMP.
@NullMarked
package stripebridge.cli.provision;

import org.jspecify.annotations.NullMarked;
