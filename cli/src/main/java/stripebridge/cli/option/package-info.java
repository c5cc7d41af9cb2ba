/// Options that several commands share, named and described once.
@NullMarked
package stripebridge.cli.option;

import org.jspecify.annotations.NullMarked;
