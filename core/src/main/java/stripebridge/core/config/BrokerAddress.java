package stripebridge.core.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import stripebridge.core.config.ValueType.Parsed;

/// One address at which a broker takes messaging clients; prints as a URL with its port.
///
/// @param host a name or an address; an IPv6 address without brackets
/// @param port 1 to 65535
public record BrokerAddress(Scheme scheme, String host, int port) {
  // What the official client takes as a host list.
  private static final int ADDRESSES_MAX = 4;

  static final ValueType<List<BrokerAddress>> LIST =
      new ValueType<>(
          "one to four of tcp://, tcps://, ws:// or wss:// addresses, comma separated",
          false,
          text -> DisplayText.listed(DisplayText.withoutCredentials(text)),
          BrokerAddress::list);

  /// How messages travel, and the port that a broker usually takes them on.
  public enum Scheme {
    TCP(55_555, false),
    TCPS(55_443, true),
    WS(80, false),
    WSS(443, true);

    private final int usualPort;
    private final boolean isTls;

    Scheme(int usualPort, boolean isTls) {
      this.usualPort = usualPort;
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
      // Before anything is split: a password may have a comma, and no part of it is repeated.
      return Parsed.refused(
          "must not carry a user or password: set SOLACE_USERNAME and SOLACE_PASSWORD");
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
            reasons.add("has '" + address + "' twice");
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
          "must say tcp:// or tcps:// (or ws://, wss://) before the host, not just "
              + DisplayText.quoted(item));
    }
    Optional<Url> url = Url.of(item);
    Optional<Scheme> scheme = url.flatMap(parts -> Scheme.of(parts.scheme()));
    if (scheme.isEmpty() || !url.orElseThrow().path().isEmpty()) {
      return Parsed.refused(
          "must be like tcps://broker.example.com:55443, not " + DisplayText.quoted(item));
    }
    int port = url.get().port().orElse(scheme.get().usualPort);
    return new Parsed.Value<>(new BrokerAddress(scheme.get(), url.get().host(), port));
  }
}
