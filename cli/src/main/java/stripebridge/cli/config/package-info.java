/// The `config` commands: they show the settings in effect and where each comes from. They read
/// settings only; they must not open a connection.
@NullMarked
package stripebridge.cli.config;

import org.jspecify.annotations.NullMarked;
