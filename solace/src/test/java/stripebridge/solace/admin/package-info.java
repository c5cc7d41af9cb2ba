@NullMarked
package stripebridge.solace.admin;

import org.jspecify.annotations.NullMarked;
