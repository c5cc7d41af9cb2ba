/// What the bridges that share an inbox know about their webhook secrets: how old each is, when it
/// last verified a webhook, and who has it. Pure: it decides, and callers store.
@NullMarked
package stripebridge.core.secret;

import org.jspecify.annotations.NullMarked;
