package stripebridge.stripe.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestEventTest {
  private static final String BODY =
      """
      {"id":"evt_1","type":"invoice.paid","livemode":true,"n":1.00,
       "data":{"object":{"amount":1,"lines":[{"id":"il_1"}],"customer":null}}}\
      """;

  private final TestEvent event = TestEvent.of(BODY.getBytes(UTF_8));

  @Test
  void keepsTheBytesItWasGiven() {
    assertThat(event.body()).isEqualTo(BODY.getBytes(UTF_8));
    assertThat(event.id()).isEqualTo("evt_1");
    assertThat(event.type()).isEqualTo("invoice.paid");
    assertThat(event.isLive()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "data.object.amount=4200            | \"amount\": 4200,",
        "data.object.amount=12.50           | \"amount\": 12.50,",
        "data.object.amount=true            | \"amount\": true,",
        "data.object.amount=null            | \"amount\": null,",
        "data.object.amount=much            | \"amount\": \"much\",",
        "data.object.amount=\"7\"           | \"amount\": \"7\",",
        "data.object.amount=                | \"amount\": \"\",",
        "data.object.amount=a=b             | \"amount\": \"a=b\",",
        "data.object.amount={\"a\":[]}      | \"amount\": {",
        "data.object.fresh=1                | \"fresh\": 1",
        "data.object.lines.0.id=il_2        | \"id\": \"il_2\"",
        "data.object.lines[0].id=il_2       | \"id\": \"il_2\"",
        "data.object.lines[1]=9             | 9",
        "account=acct_1                     | \"account\": \"acct_1\""
      })
  void canBeChanged(String change, String expected) {
    TestEvent changed = event.with(FieldChange.parse(change));

    // Unchanged fields keep their spelling.
    assertThat(new String(changed.body(), UTF_8)).contains(expected, "\"n\": 1.00");
    assertThat(event.body()).isEqualTo(BODY.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "data.obiect.amount=1     | 'data.obiect': this event has no such field",
        "data.object.customer.id=1| 'data.object.customer': this event has no such field",
        "data.object.amount.x=1   | 'data.object.amount': it is neither an object nor an array",
        "data.object.lines.2=1    | 'data.object.lines.2': it has 1 elements, counted from 0",
        "data.object.lines.x=1    | 'data.object.lines.x': it has 1 elements, counted from 0"
      })
  void namesTheMissingStepOfAPath(String change, String expected) {
    assertThatThrownBy(() -> event.with(FieldChange.parse(change)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data.object.amount", "=1", "data..amount=1", ".=1"})
  void refusesAChangeOfAnotherForm(String change) {
    assertThatThrownBy(() -> FieldChange.parse(change))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("it is not PATH=VALUE, as in data.object.amount=4200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"a\":1", "{a:1}", "\"text\"", "{\"a\":1} x", "{'a':1}"})
  void mustBeAnObject(String body) {
    assertThatThrownBy(() -> TestEvent.of(body.getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("it is not a JSON object");
  }

  @Test
  void mustBeUtf8() {
    assertThatThrownBy(() -> TestEvent.of(new byte[] {(byte) 0xff}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("it is not UTF-8");
  }
}
