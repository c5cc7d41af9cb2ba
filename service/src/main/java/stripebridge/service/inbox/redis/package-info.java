/// The inbox in a Redis that several processes share. Depends on core's port and settings, Jedis
/// and the parent package; must not depend on brokers or HTTP.
@NullMarked
package stripebridge.service.inbox.redis;

import org.jspecify.annotations.NullMarked;
