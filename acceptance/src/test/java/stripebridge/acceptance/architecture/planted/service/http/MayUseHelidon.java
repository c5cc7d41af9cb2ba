package stripebridge.acceptance.architecture.planted.service.http;

import io.helidon.common.tls.Tls;

record MayUseHelidon(Tls tls) {}
