package stripebridge.core.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import stripebridge.core.config.ValueType.Parsed;

/// One address of a broker for messaging clients; prints as a URL with its port.
///
/// @param host a name or an address; an IPv6 address without brackets
/// @param port 1 to 65535
public record BrokerAddress(Scheme scheme, String host, int port) {
  // The limit of a host list in Solace's client library.
  private static final int ADDRESSES_MAX = 4;

  static final ValueType<List<BrokerAddress>> LIST =
      new ValueType<>(
          "one to four tcp://, tcps://, ws:// or wss:// addresses, separated by commas",
          false,
          text -> DisplayText.listed(DisplayText.withoutCredentials(text)),
          BrokerAddress::list);

  /// The transport, with its default port.
  public enum Scheme {
    TCP(55_555, false),
    TCPS(55_443, true),
    WS(80, false),
    WSS(443, true);

    private final int defaultPort;
    private final boolean isTls;

    Scheme(int defaultPort, boolean isTls) {
      this.defaultPort = defaultPort;
      this.isTls = isTls;
    }

    public boolean isTls() {
      return isTls;
    }

    private static Optional<Scheme> of(String name) {
      for (Scheme scheme : values()) {
        if (scheme.text().equals(name)) {
          return Optional.of(scheme);
        }
      }
      return Optional.empty();
    }

    private String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public String toString() {
    return scheme.text() + "://" + Url.authority(host, OptionalInt.of(port));
  }

  private static Parsed<List<BrokerAddress>> list(String text) {
    if (text.indexOf('@') >= 0) {
      // Checked before splitting: a password may contain a comma, and no part of it may be printed.
      return Parsed.refused(
          "must not contain a username or password: set SOLACE_USERNAME and SOLACE_PASSWORD");
    }
    List<String> reasons = new ArrayList<>();
    List<BrokerAddress> addresses = new ArrayList<>();
    Set<BrokerAddress> seen = new HashSet<>();
    String[] items = text.split(",", -1);
    for (String item : items) {
      switch (one(item.strip())) {
        case Parsed.Value<BrokerAddress>(BrokerAddress address) -> {
          addresses.add(address);
          if (!seen.add(address)) {
            reasons.add("lists '" + address + "' twice");
          }
        }
        case Parsed.Refused<BrokerAddress>(List<String> why) -> reasons.addAll(why);
      }
    }
    if (items.length > ADDRESSES_MAX) {
      reasons.add("must have at most " + ADDRESSES_MAX + " addresses, not " + items.length);
    }
    return reasons.isEmpty()
        ? new Parsed.Value<>(List.copyOf(addresses))
        : new Parsed.Refused<>(List.copyOf(reasons));
  }

  private static Parsed<BrokerAddress> one(String item) {
    if (item.isEmpty()) {
      return Parsed.refused("has an empty address");
    }
    if (item.indexOf("://") < 0) {
      return Parsed.refused(
          "must begin with tcp://, tcps://, ws:// or wss://; there is no scheme in "
              + DisplayText.quoted(item));
    }
    Optional<Url> url = Url.of(item);
    Optional<Scheme> scheme = url.flatMap(parts -> Scheme.of(parts.scheme()));
    if (scheme.isEmpty() || !url.orElseThrow().path().isEmpty()) {
      return Parsed.refused(
          "must be like tcps://broker.example.com:55443, not " + DisplayText.quoted(item));
    }
    int port = url.get().port().orElse(scheme.get().defaultPort);
    return new Parsed.Value<>(new BrokerAddress(scheme.get(), url.get().host(), port));
  }
}
