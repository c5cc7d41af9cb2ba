package stripebridge.core.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// [EventId], [EventType] and the account of a [StripeEvent].
class EventNamesTest {

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\tb", "a\u0000", "a\u007f", "é", "\ud83d\udcda"})
  void refuseWhatIsNotVisibleAscii(String text) {
    assertThat(EventId.isLegal(text)).isFalse();
    assertThat(EventType.isLegal(text)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> new EventId(text));
    assertThatIllegalArgumentException().isThrownBy(() -> new EventType(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"evt_1", "!", "~", "a/b*>", "v2.core.account[defaults].updated"})
  void takeVisibleAscii(String text) {
    assertThat(new EventId(text)).hasToString(text);
    assertThat(new EventType(text)).hasToString(text);
  }

  @Test
  void tellAnEventOfValidateApart() {
    assertThat(new EventId("evt_e2e_1").isSynthetic()).isTrue();
    assertThat(new EventId("evt_1").isSynthetic()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "acct_1, acct_2, acct_3, acct_1",
    "acct_1, , , acct_1",
    ", acct_2, acct_3, acct_2",
    ", usr_2, acct_3, acct_3",
    ", usr_2, , fallback",
    ", , acct_3, acct_3",
    ", , org_1/acct_3, acct_3",
    ", , org_1/acct_3/acct_4, acct_4",
    ", , acct_3/wksp_1, acct_3",
    ", , org_1/wksp_1, wksp_1",
    ", , acct_3/, acct_3",
    ", , /, fallback",
    ", , , fallback"
  })
  void giveTheAccountAnEventIsAbout(
      @Nullable String account, @Nullable String userId, @Nullable String context, String wanted) {
    for (String object : List.of("event", "v2.core.event")) {
      StringBuilder body = new StringBuilder("{\"id\":\"evt_1\",\"type\":\"a.b\"");
      member(body, "object", object);
      member(body, "context", context);
      member(body, "user_id", userId);
      member(body, "account", account);
      EventReading reading = EventReader.read(body.append('}').toString().getBytes(UTF_8));
      assertThat(((EventReading.Identified) reading).event().accountOr("fallback"))
          .isEqualTo(wanted);
    }
  }

  private static void member(StringBuilder body, String name, @Nullable String value) {
    if (value != null) {
      body.append(",\"%s\":\"%s\"".formatted(name, value));
    }
  }
}
