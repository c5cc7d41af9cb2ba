/// The `envelope` command: it shows the message that an event becomes. It must not connect to a
/// broker.
@NullMarked
package stripebridge.cli.envelope;

import org.jspecify.annotations.NullMarked;
