/// Reads the Dockerfile, tests its rules, and tests the image that it builds.
@NullMarked
package stripebridge.acceptance.deploy.image;

import org.jspecify.annotations.NullMarked;
