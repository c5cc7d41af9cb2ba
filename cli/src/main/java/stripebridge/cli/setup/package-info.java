/// The `setup` command: brings Solace's client library, which no archive of ours holds. Must not
/// depend on that library, nor on what uses it.
@NullMarked
package stripebridge.cli.setup;

import org.jspecify.annotations.NullMarked;
