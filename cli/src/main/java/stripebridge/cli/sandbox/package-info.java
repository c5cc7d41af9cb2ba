/// The `sandbox` command. Only this package creates a topology in the sandbox module, which must
/// not depend on core.
@NullMarked
package stripebridge.cli.sandbox;

import org.jspecify.annotations.NullMarked;
