/// What the README shows, compiled and run.
@NullMarked
package stripebridge.sandbox.example;

import org.jspecify.annotations.NullMarked;
