package stripebridge.sandbox.internal.semp;

import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import stripebridge.sandbox.internal.model.SempVersion;

/// How the SEMP server is to run.
///
/// @param bind the address to listen on; port 0 picks a free one
/// @param tls for HTTPS; empty for HTTP
/// @param version what `/about/api` says; attributes that came later are unknown
/// @param users who may log in with name and password
/// @param tokens who may come with a bearer token
/// @param clock what time it is
/// @param log takes a line for each request that changes something or fails
public record SempOptions(
    InetSocketAddress bind,
    Optional<SSLContext> tls,
    SempVersion version,
    List<SempUser> users,
    Map<String, SempUser> tokens,
    InstantSource clock,
    Consumer<String> log) {

  public SempOptions {
    users = List.copyOf(users);
    tokens = Map.copyOf(tokens);
  }
}
