/// Judges the whole tool and the whole project from outside. Must not reach into a module's
/// insides: it runs commands and reads files.
@NullMarked
package stripebridge.acceptance;

import org.jspecify.annotations.NullMarked;
