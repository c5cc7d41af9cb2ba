/// The `secrets` command: it judges the webhook secrets by what the inbox knows about them. Never
/// has a secret itself.
@NullMarked
package stripebridge.cli.secret;

import org.jspecify.annotations.NullMarked;
