package stripebridge.acceptance.architecture.planted.service;

import io.helidon.common.tls.Tls;

record UsesHelidon(Tls tls) {}
