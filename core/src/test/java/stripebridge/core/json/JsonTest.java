package stripebridge.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class JsonTest {

  private static String nested(int levels) {
    return "[".repeat(levels) + "]".repeat(levels);
  }

  private static void readAll(JsonParser parser) throws IOException {
    try (parser) {
      while (parser.nextToken() != null) {
        parser.finishToken();
      }
    }
  }

  @Test
  void strictlyReadsUpTo200Levels() throws IOException {
    readAll(Json.strictParser(nested(200).getBytes(UTF_8)));
    assertThatExceptionOfType(StreamConstraintsException.class)
        .isThrownBy(() -> readAll(Json.strictParser(nested(201).getBytes(UTF_8))));
  }

  @Test
  void strictlyRefusesARepeatedName() throws IOException {
    byte[] repeated = "{\"a\":1,\"b\":{\"a\":2},\"\\u0061\":3}".getBytes(UTF_8);
    readAll(Json.lenientParser(repeated));
    assertThatExceptionOfType(JsonProcessingException.class)
        .isThrownBy(() -> readAll(Json.strictParser(repeated)));
  }

  @Test
  void limitsNoNumberNameOrText() throws IOException {
    String filling = "7".repeat(2_000_000);
    byte[] document =
        ("{\"" + filling + "\":" + filling + ",\"x\":\"" + filling + "\"}").getBytes(UTF_8);
    readAll(Json.lenientParser(document));
    readAll(Json.strictParser(document));
  }

  @Test
  void dropsOneByteOrderMark() {
    byte[] plain = "{}".getBytes(UTF_8);
    assertThat(Json.withoutByteOrderMark("\uFEFF{}".getBytes(UTF_8))).isEqualTo(plain);
    assertThat(Json.withoutByteOrderMark("\uFEFF\uFEFF{}".getBytes(UTF_8)))
        .isEqualTo("\uFEFF{}".getBytes(UTF_8));
    assertThat(Json.withoutByteOrderMark(plain)).isSameAs(plain);
    assertThat(Json.withoutByteOrderMark(new byte[] {(byte) 0xEF, (byte) 0xBB})).hasSize(2);
  }

  @Test
  void saysWhereADocumentBroke() {
    assertThatExceptionOfType(JsonProcessingException.class)
        .isThrownBy(() -> readAll(Json.strictParser("{\"é\" 1}".getBytes(UTF_8))))
        .satisfies(failure ->
            assertThat(Json.malformedAt(failure)).isEqualTo("not well-formed JSON at byte 6"));
    assertThat(Json.malformedAt(new IOException("4242"))).isEqualTo("not well-formed JSON");
  }
}
