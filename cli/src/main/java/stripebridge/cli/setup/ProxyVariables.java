package stripebridge.cli.setup;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import stripebridge.cli.CommandFailure;

/// The proxy that environment variables name, as curl and others read them: `https_proxy` or
/// `http_proxy`, else `all_proxy`, in lower or upper case; but none for the hosts of `no_proxy`.
final class ProxyVariables {
  private static final int PORT_DEFAULT = 80;

  private final Map<String, String> environment;

  ProxyVariables(Map<String, String> environment) {
    this.environment = environment;
  }

  /// A proxy that speaks HTTP.
  ///
  /// @param login its `user:password`, if the variable has one
  record HttpProxy(String host, int port, Optional<String> login) {}

  /// The proxy for a URL.
  ///
  /// @throws CommandFailure when the variable names something else; without its value, which may
  ///   hold a password
  Optional<HttpProxy> of(URI url) {
    if (isExempt(url)) {
      return Optional.empty();
    }
    String own = url.getScheme() + "_proxy";
    return value(own)
        .map(value -> parse(own, value))
        .or(() -> value("all_proxy").map(value -> parse("all_proxy", value)));
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(environment.get(name))
        .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
        .filter(value -> !value.isBlank());
  }

  private boolean isExempt(URI url) {
    String host = url.getHost().toLowerCase(Locale.ROOT);
    String exempt = value("no_proxy").orElse("").toLowerCase(Locale.ROOT);
    for (String entry : exempt.split("[,\\s]+", -1)) {
      String suffix = entry.startsWith("*.") ? entry.substring(2) : entry.replaceFirst("^\\.", "");
      int colon = suffix.indexOf(':');
      boolean isOtherPort =
          colon >= 0 && !suffix.substring(colon + 1).equals(Integer.toString(port(url)));
      String name = colon < 0 ? suffix : suffix.substring(0, colon);
      if (name.equals("*")
          || (!name.isEmpty()
              && !isOtherPort
              && (host.equals(name) || host.endsWith("." + name)))) {
        return true;
      }
    }
    return false;
  }

  private static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
  }

  private static HttpProxy parse(String variable, String value) {
    try {
      URI proxy = URI.create(value.contains("://") ? value : "http://" + value);
      if (proxy.getScheme().equalsIgnoreCase("http") && proxy.getHost() != null) {
        int port = proxy.getPort() < 0 ? PORT_DEFAULT : proxy.getPort();
        return new HttpProxy(proxy.getHost(), port, Optional.ofNullable(proxy.getUserInfo()));
      }
    } catch (IllegalArgumentException _) {
      // Reported below.
    }
    throw CommandFailure.usage(
        "cannot use the proxy of the variable " + variable + ": it is not an http:// URL",
        "set it to http://HOST:PORT, or unset it");
  }
}
