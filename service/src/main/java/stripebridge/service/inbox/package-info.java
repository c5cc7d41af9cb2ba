/// Where events are kept: the inbox in a file of this process. Depends on core's port and on
/// SQLite; must not know of brokers or of HTTP.
@NullMarked
package stripebridge.service.inbox;

import org.jspecify.annotations.NullMarked;
