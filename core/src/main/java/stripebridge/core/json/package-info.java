/// JSON as bytes: parsers with our limits, and values taken out of a document without
/// re-serializing them. Depends on the JDK and Jackson's streaming reader only.
@NullMarked
package stripebridge.core.json;

import org.jspecify.annotations.NullMarked;
