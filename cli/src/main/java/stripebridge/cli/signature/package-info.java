/// The `signature` commands: they explain why a signature was refused. They must not print a
/// secret.
@NullMarked
package stripebridge.cli.signature;

import org.jspecify.annotations.NullMarked;
