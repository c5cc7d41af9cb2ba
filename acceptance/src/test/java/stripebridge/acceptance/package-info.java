/// Tests the whole tool and the whole project from outside. Must not use a module's internals: it
/// runs commands and reads files.
@NullMarked
package stripebridge.acceptance;

import org.jspecify.annotations.NullMarked;
