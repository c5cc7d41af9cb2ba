/// The `signature` commands: they explain why a webhook was refused. Must not print a secret.
@NullMarked
package stripebridge.cli.signature;

import org.jspecify.annotations.NullMarked;
