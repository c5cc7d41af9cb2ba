/// What is asked of the files themselves, whatever they do. Reads the source tree only.
@NullMarked
package stripebridge.acceptance.tidy;

import org.jspecify.annotations.NullMarked;
