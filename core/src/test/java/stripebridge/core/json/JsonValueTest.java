package stripebridge.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.testing.RandomJson;
import stripebridge.core.testing.Seed;
import stripebridge.core.testing.StrictJson;

class JsonValueTest {

  /// A value from the middle of a document.
  private static JsonValue value(String json) {
    byte[] document = ("[ " + json + " ]").getBytes(UTF_8);
    return JsonValue.between(document, 2, document.length - 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-12.50E+3",
        "\"\"",
        "\"a\"",
        "\"\\\"]}\\u00e9é📚\"",
        "[]",
        "[ ]",
        "{}",
        "{ }",
        "[[1],{\"a\":[{}]}]",
        "{\"a\":{\"b\":[1,2]},\"c\":\"}\"}"
      })
  void isCutWhereItBeginsAndEnds(String json) throws IOException {
    for (String after : new String[] {"]", " ]", "\n,1]", ",\"x\"]"}) {
      byte[] document = ("[\"é\", " + json + after).getBytes(UTF_8);
      try (JsonParser parser = Json.lenientParser(document)) {
        assertThat(parser.nextToken()).isEqualTo(JsonToken.START_ARRAY);
        assertThat(parser.nextToken()).isEqualTo(JsonToken.VALUE_STRING);
        assertThat(parser.nextToken()).isNotNull();
        JsonValue value = JsonValue.at(parser, document);
        assertThat(value).hasToString(json);
        assertThat(value.bytes()).isEqualTo(json.getBytes(UTF_8));
        assertThat(value.size()).isEqualTo(json.getBytes(UTF_8).length);
        assertThat(parser.nextToken())
            .isIn(JsonToken.END_ARRAY, JsonToken.VALUE_NUMBER_INT, JsonToken.VALUE_STRING);
      }
    }
  }

  @Test
  void isCutAtTheEndOfADocument() throws IOException {
    for (String json : new String[] {"12", "-1.5e3", "true", "null", "\"a\"", "[1]", "{}"}) {
      byte[] document = json.getBytes(UTF_8);
      try (JsonParser parser = Json.lenientParser(document)) {
        assertThat(parser.nextToken()).isNotNull();
        assertThat(JsonValue.at(parser, document)).hasToString(json);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':1} | a | 1",
        "{'a':1} | b | ",
        "{'a':null} | a | null",
        "{'a':null} | a/b | ",
        "{'a':'b'} | a/b | ",
        "{'a': {'x':[], 'b' : [1, {'c' : -0.0 }] }} | a/b/1/c | -0.0",
        "{'a':{'b':[1]}} | a/b/1 | ",
        "{'a':[[1],[2,[3]]]} | a/1/1/0 | 3",
        "[{'a':1},{'a':2}] | 1/a | 2",
        "[1,2] | a | ",
        "[1,2] | -1 | ",
        "[1,2] | 00 | ",
        "[1,2] | 99999999999 | ",
        "[] | 0 | ",
        "{'0':'zero'} | 0 | 'zero'",
        "{'':{'':1}} | / | 1",
        "{'\\u0061':1} | a | 1",
        "{'a':1,'a':2} | a | 1",
        "{'x':{'a':1},'a':2} | a | 2",
        "7 | a | ",
        "'a' | a | ",
      })
  void findsWhatIsAtAPath(String json, String path, @Nullable String found) {
    JsonValue value = value(json.replace('\'', '"'));
    assertThat(value.at(path.split("/", -1)).map(JsonValue::toString))
        .isEqualTo(Optional.ofNullable(found).map(text -> text.replace('\'', '"')));
    assertThat(value.at()).contains(value);
  }

  @Test
  void findsEveryValueOfARandomDocument() {
    RandomJson random = new RandomJson(Seed.random("JsonValueTest"));
    for (int i = Seed.rounds(1_000); i > 0; i--) {
      String json = random.value(4);
      byte[] document = ("  " + json + " ").getBytes(UTF_8);
      JsonValue value = JsonValue.between(document, 2, document.length - 1);
      StrictJson.Node node =
          StrictJson.parse(document, 200).orElseThrow(() -> new AssertionError(json));
      checkBelow(document, node, value);
    }
  }

  private static void checkBelow(byte[] document, StrictJson.Node node, JsonValue value) {
    assertThat(value.bytes()).isEqualTo(node.slice(document));
    if (node.first() == '"') {
      assertThat(value.text()).contains(node.text());
    } else {
      assertThat(value.text()).isEmpty();
    }
    node.members()
        .forEach((name, member) -> checkBelow(document, member, value.at(name).orElseThrow()));
    for (int i = 0; i < node.elements().size(); i++) {
      JsonValue element = value.at(Integer.toString(i)).orElseThrow();
      checkBelow(document, node.elements().get(i), element);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | true",
        "-0 | true",
        "-12 | true",
        "1.00 | true",
        "123456789012345678901234567890.000 | true",
        "1.5 | false",
        "1.005 | false",
        "1e3 | false",
        "1.0E0 | false",
        "\"1\" | false",
        "null | false",
        "true | false",
        "[1] | false",
        "{} | false",
      })
  void tellsWholeNumbers(String json, boolean whole) {
    assertThat(value(json).isInteger()).isEqualTo(whole);
  }

  @Test
  void tellsItsKind() {
    for (String json : new String[] {"null", "true", "false", "1", "\"n\"", "[]", "{}"}) {
      JsonValue value = value(json);
      assertThat(value.isNull()).isEqualTo(json.equals("null"));
      assertThat(value.isBoolean()).isEqualTo(json.equals("true") || json.equals("false"));
      assertThat(value.isText()).isEqualTo(json.equals("\"n\""));
      assertThat(value.isObject()).isEqualTo(json.equals("{}"));
    }
  }

  @Test
  void isEqualToTheSameBytesElsewhere() {
    assertThat(value("[1, 2]")).isEqualTo(value("[1, 2]")).hasSameHashCodeAs(value("[1, 2]"));
    assertThat(value("[1, 2]")).isNotEqualTo(value("[1,2]"));
    assertThat(value("null")).isEqualTo(JsonValue.NULL).hasSameHashCodeAs(JsonValue.NULL);
  }

  @Test
  void quotesTextOfOurs() {
    String text = "a\"\\/\b\n\u0000\u001f é 📚";
    JsonValue value = JsonValue.ofText(text);
    assertThat(value.text()).contains(text);
    assertThat(StrictJson.parse(value.bytes(), 0)).isPresent();
    assertThat(JsonValue.ofText(null)).isEqualTo(JsonValue.NULL);
  }

  @Test
  void appendsItsBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    value("{\"é\":1}").writeTo(out);
    value("2").writeTo(out);
    assertThat(out.toString(UTF_8)).isEqualTo("{\"é\":1}2");
  }
}
