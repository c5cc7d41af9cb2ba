/// What the `inbox` commands share: the inbox they are about, and how an entry is shown.
@NullMarked
package stripebridge.cli.inbox;

import org.jspecify.annotations.NullMarked;
