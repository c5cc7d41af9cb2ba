package stripebridge.sandbox.internal.semp;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import stripebridge.sandbox.internal.model.SempVersion;

/// The settings of the SEMP server.
///
/// @param bind the address to listen on; port 0 picks a free one
/// @param tls for HTTPS; empty for HTTP
/// @param version the version that `/about/api` reports; later attributes are unknown
/// @param users the users with name and password
/// @param tokens the users by bearer token
/// @param latency how much later each request is answered, as over a network
/// @param clock the source of the time
/// @param log receives a line for each request that changes something or fails
public record SempOptions(
    InetSocketAddress bind,
    Optional<SSLContext> tls,
    SempVersion version,
    List<SempUser> users,
    Map<String, SempUser> tokens,
    Duration latency,
    InstantSource clock,
    Consumer<String> log) {

  public SempOptions {
    users = List.copyOf(users);
    tokens = Map.copyOf(tokens);
  }
}
