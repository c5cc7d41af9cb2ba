package stripebridge.core.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stripebridge.core.testing.EventFixture;

class RedactionTest {
  private static String redacted(String document) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
      Redaction.copy(document.getBytes(UTF_8), generator);
    }
    return text.toString(UTF_8);
  }

  @Test
  void masksWhatSaysWhoSomebodyIs() throws Exception {
    assertThat(
            redacted(
                """
                {"id":"evt_1","amount":12.50,"receipt_email":"a@b.c","name":"Ann","phone":null,
                "address":{"line1":"Street 1","geo":[1,{"city":"X"}],"verified":true},
                "after":"kept","metadata":{"order":"7"},"card":{"last4":"4242","exp_year":2030},
                "last4":"4242","currency":"eur"}\
                """))
        .isEqualTo(
            "{\"id\":\"evt_1\",\"amount\":12.50,\"receipt_email\":\"***\",\"name\":\"***\","
                + "\"phone\":null,\"address\":{\"line1\":\"***\",\"geo\":[\"***\",{\"city\":"
                + "\"***\"}],\"verified\":true},\"after\":\"kept\","
                + "\"metadata\":{\"order\":\"***\"},"
                + "\"card\":{\"last4\":\"***\",\"exp_year\":\"***\"},\"last4\":\"***\","
                + "\"currency\":\"eur\"}");
  }

  @Test
  void copiesWhatIsNoObject() throws Exception {
    assertThat(redacted("[1,[2],\"three\"]")).isEqualTo("[1,[2],\"three\"]");
  }

  @Test
  void masksACardWhereverItIs() throws Exception {
    assertThat(
            redacted(
                "{\"data\":[{\"object\":\"card\",\"address_zip\":\"9000\",\"exp_month\":11,"
                    + "\"exp_year\":2029,\"fingerprint\":\"Kd7\",\"brand\":\"Visa\"}]}"))
        .isEqualTo(
            "{\"data\":[{\"object\":\"card\",\"address_zip\":\"***\",\"exp_month\":\"***\","
                + "\"exp_year\":\"***\",\"fingerprint\":\"***\",\"brand\":\"Visa\"}]}");
  }

  @Test
  void refusesWhatIsNoJson() {
    assertThatThrownBy(() -> redacted("{\"a\":")).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @MethodSource("stripebridge.core.testing.EventFixture#all")
  void leavesNoAddressInAnEvent(EventFixture fixture) throws Exception {
    assertThat(redacted(new String(fixture.body(), UTF_8))).doesNotContain("@");
  }
}
