/// The commands. Each parses in its fields and acts in `call`; what it needs of the outside is lent
/// to its constructor.
@NullMarked
package stripebridge.cli.command;

import org.jspecify.annotations.NullMarked;
