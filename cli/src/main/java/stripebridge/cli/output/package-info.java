/// How commands write data: tables for people, JSON and YAML for programs.
@NullMarked
package stripebridge.cli.output;

import org.jspecify.annotations.NullMarked;
