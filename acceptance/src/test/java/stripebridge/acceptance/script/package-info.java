/// Runs scripts: specifications that an operator can read, with commands and their expected output.
/// `acceptance/README.md` describes the directives. Must not know any command.
@NullMarked
package stripebridge.acceptance.script;

import org.jspecify.annotations.NullMarked;
