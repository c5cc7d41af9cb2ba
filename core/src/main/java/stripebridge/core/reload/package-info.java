/// When another content of a file that is read again and again counts. Reads nothing itself.
@NullMarked
package stripebridge.core.reload;

import org.jspecify.annotations.NullMarked;
