package stripebridge.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
    "acct_1, acct_2, false, acct_1",
    "acct_1, acct_2, true, acct_1",
    ", acct_2, true, acct_2",
    ", acct_2, false, fallback",
    ", , true, fallback",
    ", , false, fallback"
  })
  void giveTheAccountAnEventIsAbout(
      @Nullable String account, @Nullable String context, boolean thin, String wanted) {
    StripeEvent event =
        new StripeEvent(
            new EventId("evt_1"),
            new EventType("a.b"),
            account,
            context,
            null,
            null,
            null,
            thin,
            "evt_1",
            "");
    assertThat(event.accountOr("fallback")).isEqualTo(wanted);
  }
}
