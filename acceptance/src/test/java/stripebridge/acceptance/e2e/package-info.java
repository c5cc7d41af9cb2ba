/// The main job, once: the tool's own broker and its own service as processes, and Solace's client
/// at the other end.
@NullMarked
package stripebridge.acceptance.e2e;

import org.jspecify.annotations.NullMarked;
