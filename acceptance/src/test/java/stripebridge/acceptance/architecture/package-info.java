/// Tests the boundaries between the modules. Must not depend on the modules.
@NullMarked
package stripebridge.acceptance.architecture;

import org.jspecify.annotations.NullMarked;
