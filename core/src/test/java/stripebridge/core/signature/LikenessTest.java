package stripebridge.core.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LikenessTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_785_312_000);
  private static final String V1 = "v1=" + "5257a869".repeat(8);

  private static boolean isPlausible(String header) {
    return Likeness.isPlausibleHeader(header, NOW);
  }

  @Test
  void takesACompleteHeaderOfToday() {
    assertThat(isPlausible("t=1785312000," + V1)).isTrue();
    assertThat(isPlausible("t=1785312000,v1=x," + V1 + ",v0=y")).isTrue();
    assertThat(isPlausible("t=1785230000," + V1)).isTrue();
  }

  @Test
  void refusesOtherHeaders() {
    assertThat(Likeness.isPlausibleHeader(null, NOW)).isFalse();
    assertThat(isPlausible("")).isFalse();
    assertThat(isPlausible(V1)).isFalse();
    assertThat(isPlausible("t=1785312000,v1=abc")).isFalse();
    assertThat(isPlausible("t=1785312000,v0=" + V1.substring(3))).isFalse();
    assertThat(isPlausible("t=1," + V1)).isFalse();
    assertThat(isPlausible("t=9223372036854775807," + V1)).isFalse();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void knowsAnEventOfStripe() {
    assertThat(Likeness.isEvent(bytes("{\"type\":\"a.b\",\"id\":\"evt_1\"}"))).isTrue();
    assertThat(Likeness.isEvent(bytes("{\"type\":\"a.b\",\"id\":\"pi_1\"}"))).isFalse();
    assertThat(Likeness.isEvent(bytes("{\"id\":\"evt_1\"}"))).isFalse();
    assertThat(Likeness.isEvent(bytes("id=evt_1"))).isFalse();
    assertThat(Likeness.isEvent(new byte[0])).isFalse();
  }

  @Test
  void knowsStripesLayout() {
    String event = "{\n  \"id\": \"evt_1\",\n  \"type\": \"a.b\",\n  \"data\": {\n  }\n}";
    assertThat(Likeness.hasStripesLayout(bytes(event))).isTrue();
    assertThat(Likeness.hasStripesLayout(bytes(event.replace("{\n  }", "{}")))).isTrue();
    assertThat(Likeness.hasStripesLayout(bytes(event + "\n"))).isFalse();
    assertThat(Likeness.hasStripesLayout(bytes(event.replace("\n  ", "\n    ")))).isFalse();
    assertThat(Likeness.hasStripesLayout(bytes(event.replace("\n", "").replace(" ", ""))))
        .isFalse();
  }
}
