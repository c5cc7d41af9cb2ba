/// Documents as tests: what a `console` block shows is what the command answers. Must not know any
/// command.
@NullMarked
package stripebridge.acceptance.readme;

import org.jspecify.annotations.NullMarked;
