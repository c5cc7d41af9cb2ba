/// Certificates and private keys: from the content of files to what a TLS connection needs. Depends
/// on the JDK and on core's settings only; callers read the files.
@NullMarked
package stripebridge.core.tls;

import org.jspecify.annotations.NullMarked;
