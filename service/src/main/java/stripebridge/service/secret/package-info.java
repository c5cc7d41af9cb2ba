/// Reports to the inbox which webhook secrets this process has, and when each was last used. Must
/// cost a webhook nothing: no request and no write.
@NullMarked
package stripebridge.service.secret;

import org.jspecify.annotations.NullMarked;
