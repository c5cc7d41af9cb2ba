/// The service as a whole: started in order, stopped in reverse. Depends on the packages below it
/// and on core's ports; its inbox and publisher are given to it.
@NullMarked
package stripebridge.service;

import org.jspecify.annotations.NullMarked;
