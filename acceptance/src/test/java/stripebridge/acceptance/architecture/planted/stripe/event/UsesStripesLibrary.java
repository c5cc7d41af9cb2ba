package stripebridge.acceptance.architecture.planted.stripe.event;

import com.stripe.model.Event;

record UsesStripesLibrary(Event event) {}
