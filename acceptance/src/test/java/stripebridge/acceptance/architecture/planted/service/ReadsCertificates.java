package stripebridge.acceptance.architecture.planted.service;

import java.security.cert.CertificateFactory;

record ReadsCertificates(CertificateFactory certificates) {}
