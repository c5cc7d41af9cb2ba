/// `stripebridge validate`: the command, its run, and the sandbox pipeline of `--sandbox`. Only
/// this package starts a broker client or a service; the packages below know core's ports.
@NullMarked
package stripebridge.cli.validate;

import org.jspecify.annotations.NullMarked;
