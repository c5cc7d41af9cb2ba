/// JSON as bytes: parsers with our limits, and values cut out of a document without being rebuilt.
/// Depends on the JDK and Jackson's streaming reader only.
@NullMarked
package stripebridge.core.json;

import org.jspecify.annotations.NullMarked;
