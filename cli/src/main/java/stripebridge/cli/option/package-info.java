/// Options that several commands share, each named and described once. Must not depend on a
/// command.
@NullMarked
package stripebridge.cli.option;

import org.jspecify.annotations.NullMarked;
