/// The inbox in a SQLite file that one process owns. Depends on core's port and SQLite; must not
/// depend on brokers or HTTP.
@NullMarked
package stripebridge.service.inbox;

import org.jspecify.annotations.NullMarked;
