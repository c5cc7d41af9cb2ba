package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.config.BrokerAddress.Scheme;
import stripebridge.core.config.ValueType.Parsed;

class BrokerAddressTest {
  private static Parsed<List<BrokerAddress>> parse(String text) {
    return BrokerAddress.LIST.parse(text);
  }

  private static List<String> reasons(String text) {
    return switch (parse(text)) {
      case Parsed.Value<List<BrokerAddress>> value -> throw new AssertionError(value);
      case Parsed.Refused<List<BrokerAddress>>(List<String> reasons) -> reasons;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "tcp://localhost, TCP, localhost, 55555, tcp://localhost:55555",
    "TCPS://Broker_1.test, TCPS, Broker_1.test, 55443, tcps://Broker_1.test:55443",
    "ws://10.0.0.1, WS, 10.0.0.1, 80, ws://10.0.0.1:80",
    "wss://b:8443, WSS, b, 8443, wss://b:8443",
    "tcp://[::1], TCP, ::1, 55555, tcp://[::1]:55555",
    "tcps://[2001:db8::7]:1, TCPS, 2001:db8::7, 1, tcps://[2001:db8::7]:1",
  })
  void readsAnAddress(String text, Scheme scheme, String host, int port, String printed) {
    BrokerAddress address = new BrokerAddress(scheme, host, port);

    assertThat(parse(text)).isEqualTo(new Parsed.Value<>(List.of(address)));
    assertThat(address).hasToString(printed);
  }

  @Test
  void readsUpToFour() {
    assertThat(parse("tcp://a, tcp://b,tcp://c ,tcp://d"))
        .isEqualTo(
            new Parsed.Value<>(
                List.of(
                    new BrokerAddress(Scheme.TCP, "a", 55_555),
                    new BrokerAddress(Scheme.TCP, "b", 55_555),
                    new BrokerAddress(Scheme.TCP, "c", 55_555),
                    new BrokerAddress(Scheme.TCP, "d", 55_555))));
    assertThat(reasons("tcp://a,tcp://b,tcp://c,tcp://d,tcp://e"))
        .containsExactly("must have at most 4 addresses, not 5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://a",
        "tcp://",
        "tcp://a:0",
        "tcp://a:65536",
        "tcp://a:x",
        "tcp://a/path",
        "tcp://a b",
        "tcp://[::1",
        "tcp://::1",
        "tcp://[1]",
        "tcp://a?x",
        "smf://a"
      })
  void refusesAnInvalidAddress(String text) {
    assertThat(reasons(text))
        .containsExactly("must be like tcps://broker.example.com:55443, not '" + text + "'");
  }

  @Test
  void asksForAMissingScheme() {
    assertThat(reasons("localhost:55555"))
        .containsExactly(
            "must begin with tcp://, tcps://, ws:// or wss://; there is no scheme in"
                + " 'localhost:55555'");
  }

  @Test
  void namesEachAddressThatIsWrong() {
    assertThat(reasons("tcp://a,,tcp://b:0,tcp://a:55555"))
        .containsExactly(
            "has an empty address",
            "must be like tcps://broker.example.com:55443, not 'tcp://b:0'",
            "lists 'tcp://a:55555' twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp://user:pa@s,s@host", "http://u:p@h,tcp://a", "user:pass@host"})
  void refusesCredentialsWithoutQuotingThem(String text) {
    assertThat(reasons(text))
        .containsExactly(
            "must not contain a username or password: set SOLACE_USERNAME and SOLACE_PASSWORD");
    assertThat(BrokerAddress.LIST.shown().apply(text)).doesNotContain("p@").doesNotContain("pa");
  }
}
