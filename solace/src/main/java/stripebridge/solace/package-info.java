/// What administration and messaging share: whom to trust. Depends on core and the JDK only.
@NullMarked
package stripebridge.solace;

import org.jspecify.annotations.NullMarked;
