package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "192.168.1.128/25, 192.168.1.127, false",
    "192.168.1.128/25, 192.168.1.255, true",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, ::1, false",
    "::/0, ::1, true",
    "::/0, 127.0.0.1, false",
    "fd00::/8, fdff::1, true",
    "2001:db8::/33, 2001:db8:8000::, false",
    "::1, ::1, true",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8, true",
    "1:2:3::7:8, 1:2:3:0:0:0:7:8, true",
    "2001:DB8::, 2001:db8::, true",
  })
  void hasTheAddressesThatShareItsPrefix(String network, String address, boolean has) {
    assertThat(
            Network.of(network).orElseThrow().contains(InetAddress.ofLiteral(address).getAddress()))
        .isEqualTo(has);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "10.1",
        "10.0.0.0/33",
        "10.0.0.1/8",
        "256.0.0.0/8",
        "::/129",
        "fd00::1/8",
        "localhost",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "fe80::1%eth0",
        "::g",
        "1::2::3",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        ":1:2:3:4:5:6:7:8",
        "12345::",
        "::ffff:10.0.0.1"
      })
  void refusesEverythingElse(String text) {
    assertThat(Network.of(text)).isEmpty();
  }
}
