/// The `envelope` command: it shows the message for an event. Must not connect to a broker.
@NullMarked
package stripebridge.cli.envelope;

import org.jspecify.annotations.NullMarked;
