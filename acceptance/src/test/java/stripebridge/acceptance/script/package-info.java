/// Specifications that an operator can read: scripts of commands and what they must answer. The
/// directives are described in `acceptance/README.md`. Must not know any command.
@NullMarked
package stripebridge.acceptance.script;

import org.jspecify.annotations.NullMarked;
