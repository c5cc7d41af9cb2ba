/// The `serve` command: it wires the service to the inbox and the broker. It holds no logic of the
/// service.
@NullMarked
package stripebridge.cli.serve;

import org.jspecify.annotations.NullMarked;
