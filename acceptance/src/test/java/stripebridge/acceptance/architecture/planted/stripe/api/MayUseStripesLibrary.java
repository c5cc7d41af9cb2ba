package stripebridge.acceptance.architecture.planted.stripe.api;

import com.stripe.model.Event;

record MayUseStripesLibrary(Event event) {}
