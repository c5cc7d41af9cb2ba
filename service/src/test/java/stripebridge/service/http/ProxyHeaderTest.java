package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
  static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  private static ProxyHeader read(byte[] bytes) {
    return ProxyHeader.read(bytes, 0, bytes.length);
  }

  private static ProxyHeader read(String text) {
    return read(text.getBytes(ISO_8859_1));
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static ProxyHeader whole(int length, String address, int port) {
    return new ProxyHeader.Whole(
        length, Optional.of(new InetSocketAddress(InetAddress.ofLiteral(address), port)));
  }

  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 203.0.113.9 10.0.0.1 56324 443, 203.0.113.9, 56324",
    "PROXY TCP6 2001:db8::9 ::1 1 65535, 2001:db8::9, 1",
  })
  void readsALine(String line, String address, int port) {
    assertThat(read(line + "\r\nGET")).isEqualTo(whole(line.length() + 2, address, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n"})
  void readsALineThatNamesNobody(String line) {
    assertThat(read(line + "GET"))
        .isEqualTo(new ProxyHeader.Whole(line.length(), Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 203.0.113.9 10.0.0.1 56324\r\n",
        "PROXY TCP4 ::1 ::1 1 1\r\n",
        "PROXY TCP6 10.0.0.1 10.0.0.1 1 1\r\n",
        "PROXY TCP4 10.0.0.1 10.0.0.1 65536 1\r\n",
        "PROXY TCP4 10.0.0.1 10.0.0.1 1 99999\r\n",
        "PROXY TCP4 10.0.0.999 10.0.0.1 1 1\r\n",
        "PROXY TCP4 10.1 10.0.0.1 1 1\r\n",
        "PROXY TCP4 10.0.0.1 12 1 1\r\n",
        "PROXY TCP4 010.0.0.1 10.0.0.1 1 1\r\n",
        "PROXY TCP4 10.0.0.1 10.0.0.1 01 1\r\n",
        "PROXY TCP4 localhost 10.0.0.1 1 1\r\n",
        "PROXY UDP4 10.0.0.1 10.0.0.1 1 1\r\n",
        "PROXY TCP4 10.0.0.1 10.0.0.1 1 1\n",
        "PROXY \n",
      })
  void refusesALineThatIsWrong(String line) {
    assertThat(read(line)).isEqualTo(new ProxyHeader.Malformed());
  }

  @Test
  void refusesALineThatDoesNotEnd() {
    String endless = "PROXY TCP4 " + "1".repeat(200);
    assertThat(read(endless)).isEqualTo(new ProxyHeader.Malformed());
    assertThat(read(endless.substring(0, 106))).isEqualTo(new ProxyHeader.More());
  }

  @Test
  void readsVersion2() {
    byte[] v4 = hex(SIGNATURE + "2111 000c cb007109 0a000001 dc04 01bb 474554");
    assertThat(read(v4)).isEqualTo(whole(28, "203.0.113.9", 56_324));
    byte[] v6 =
        hex(
            SIGNATURE
                + "2121 0029 20010db8000000000000000000000009 00000000000000000000000000000001"
                + "0001 ffff 030002aabb");
    assertThat(read(v6)).isEqualTo(whole(57, "2001:db8::9", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"20000000", "20110000", "21000000", "210000020102", "2131 0001 00"})
  void readsVersion2ThatNamesNobody(String rest) {
    byte[] header = hex(SIGNATURE + rest);
    assertThat(read(header)).isEqualTo(new ProxyHeader.Whole(header.length, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11110000",
        "31110000",
        "22110000",
        "21110004",
        "2121000c",
        "2111ffff",
        "2112000c",
        "21220024",
        "213200d8",
        "2110000c",
        "2101000c",
        "2113000c",
        "2141000c"
      })
  void refusesVersion2ThatIsWrong(String rest) {
    assertThat(read(hex(SIGNATURE + rest + "0102030405060708090a0b0c")))
        .isEqualTo(new ProxyHeader.Malformed());
  }

  @Test
  void waitsForAllOfIt() {
    for (byte[] whole :
        new byte[][] {
          "PROXY TCP4 203.0.113.9 10.0.0.1 56324 443\r\n".getBytes(ISO_8859_1),
          hex(SIGNATURE + "2111 000c cb007109 0a000001 dc04 01bb")
        }) {
      for (int length = 0; length < whole.length; length++) {
        assertThat(read(Arrays.copyOf(whole, length)))
            .as("%d bytes", length)
            .isEqualTo(new ProxyHeader.More());
      }
      assertThat(read(whole)).isInstanceOf(ProxyHeader.Whole.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"G", "POST / HTTP/1.1\r\n", "PROXX", "\r\n\r\nGET", "\u0016\u0003"})
  void isNothingElse(String text) {
    assertThat(read(text)).isEqualTo(new ProxyHeader.None());
  }
}
