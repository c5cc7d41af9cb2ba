/// The `config` commands: they show the settings in effect and their sources. Must not open a
/// connection.
@NullMarked
package stripebridge.cli.config;

import org.jspecify.annotations.NullMarked;
