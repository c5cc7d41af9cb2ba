package stripebridge.acceptance.architecture.planted.core;

import java.time.InstantSource;

record HoldsClock(InstantSource clock) {}
