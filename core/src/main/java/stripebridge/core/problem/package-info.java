/// Problems in a user's input: collected first, then reported all at once. Depends on the JDK only.
@NullMarked
package stripebridge.core.problem;

import org.jspecify.annotations.NullMarked;
