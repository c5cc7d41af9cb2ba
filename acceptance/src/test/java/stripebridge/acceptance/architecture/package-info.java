/// Who may use whom: the boundaries between the modules, as tests. Must not depend on what it judges.
@NullMarked
package stripebridge.acceptance.architecture;

import org.jspecify.annotations.NullMarked;
