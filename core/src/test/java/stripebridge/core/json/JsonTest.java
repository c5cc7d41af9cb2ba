package stripebridge.core.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void readsNamesThatAllHaveOneHash() throws IOException {
    StringBuilder names = new StringBuilder("{\"x\":0");
    List<String> collisions = collisions(1_000);
    assertThat(collisions).hasSize(1_000).doesNotHaveDuplicates();
    collisions.forEach(name -> names.append(",\"").append(name).append("\":0"));
    byte[] document = names.append('}').toString().getBytes(UTF_8);
    readAll(Json.strictParser(document));
    readAll(Json.lenientParser(document));
  }

  /// Names of eight letters that fall on one place of Jackson's table with any seed: for each first
  /// half there is one second half, and it is taken when it consists of letters. Jackson gives up
  /// after some 530 of them unless told otherwise.
  private static List<String> collisions(int count) {
    List<String> names = new ArrayList<>();
    int aaaa = 0x61616161;
    int wanted = mixed(aaaa) + 33 * aaaa;
    // The inverse of 33 modulo 2^32, by Newton's method.
    int inverse = 1;
    for (int i = 0; i < 5; i++) {
      inverse *= 2 - 33 * inverse;
    }
    for (int i = 0; names.size() < count && i < 26 * 26 * 26 * 26; i++) {
      int first = aaaa;
      for (int letter = 0, rest = i; letter < 4; letter++, rest /= 26) {
        first += (rest % 26) << (8 * letter);
      }
      String name = text(first) + text((wanted - mixed(first)) * inverse);
      if (name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) {
        names.add(name);
      }
    }
    return names;
  }

  private static int mixed(int quad) {
    int hash = quad + (quad >>> 15);
    return hash ^ (hash >>> 9);
  }

  private static String text(int quad) {
    return new String(ByteBuffer.allocate(4).putInt(quad).array(), ISO_8859_1);
  }
}
