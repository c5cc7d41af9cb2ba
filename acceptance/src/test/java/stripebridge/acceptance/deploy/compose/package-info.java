/// Reads `compose.yaml` as Docker Compose does, and tests it and the script that starts it. Depends
/// on the settings table of core.
@NullMarked
package stripebridge.acceptance.deploy.compose;

import org.jspecify.annotations.NullMarked;
