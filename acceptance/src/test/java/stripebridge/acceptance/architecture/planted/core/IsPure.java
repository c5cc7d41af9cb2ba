package stripebridge.acceptance.architecture.planted.core;

import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedTrustManager;

/// Uses only what core may use, to show that the boundaries are not too narrow.
record IsPure(URI address, Instant first, SSLContext tls, X509ExtendedTrustManager trust) {
  Duration[] since(Instant now, int[] numbers) throws NoSuchFileException {
    System.arraycopy(numbers, 0, numbers, 0, 0);
    return new Duration[] {Duration.between(first, now)};
  }
}
