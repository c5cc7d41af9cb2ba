/// How commands write data: tables for people, JSON and YAML for programs, events into files.
@NullMarked
package stripebridge.cli.output;

import org.jspecify.annotations.NullMarked;
