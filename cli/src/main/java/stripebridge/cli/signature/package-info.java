/// The `signature` commands: they explain why a signature is rejected. Must not print a secret.
@NullMarked
package stripebridge.cli.signature;

import org.jspecify.annotations.NullMarked;
