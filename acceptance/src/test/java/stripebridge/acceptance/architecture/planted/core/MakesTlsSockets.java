package stripebridge.acceptance.architecture.planted.core;

import javax.net.ssl.SSLSocketFactory;

record MakesTlsSockets(SSLSocketFactory sockets) {}
