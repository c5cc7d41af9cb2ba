/// Tests the source files themselves, regardless of what they do. Reads only the source tree.
@NullMarked
package stripebridge.acceptance.tidy;

import org.jspecify.annotations.NullMarked;
