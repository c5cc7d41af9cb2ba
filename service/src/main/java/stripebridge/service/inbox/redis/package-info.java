/// The inbox in a Redis that several processes share. Depends on core's port and settings, on Jedis
/// and on what all inboxes have in common; must not know of brokers or of HTTP.
@NullMarked
package stripebridge.service.inbox.redis;

import org.jspecify.annotations.NullMarked;
