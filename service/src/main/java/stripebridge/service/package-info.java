/// The service as a whole: started in order, stopped in reverse. Depends on what is below it and on
/// core's ports; is given its inbox and its publisher.
@NullMarked
package stripebridge.service;

import org.jspecify.annotations.NullMarked;
