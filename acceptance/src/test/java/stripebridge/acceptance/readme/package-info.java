/// Runs documents as tests: a command must print what its `console` block shows. Must not know any
/// command.
@NullMarked
package stripebridge.acceptance.readme;

import org.jspecify.annotations.NullMarked;
