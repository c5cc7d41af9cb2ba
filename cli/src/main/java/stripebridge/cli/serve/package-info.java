/// The `serve` command: connects the service to its inbox and broker. Must not contain logic of the
/// service.
@NullMarked
package stripebridge.cli.serve;

import org.jspecify.annotations.NullMarked;
