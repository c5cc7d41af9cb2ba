package stripebridge.core.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.event.EventType;

class EventPatternTest {

  @ParameterizedTest
  @CsvSource({
    "invoice.paid, invoice.paid, ''",
    "invoice.paid, invoice.paid.x, ",
    "invoice.paid, invoice.pai, ",
    "invoice.*, invoice.paid, paid",
    "invoice.*, invoice.payment.failed, payment.failed",
    "invoice.*, invoice., ",
    "invoice.*, invoice, ",
    "invoice.*, invoices.paid, ",
    "invoice.*, xinvoice.paid, ",
    "v2.core.account[defaults].*, v2.core.account[defaults].updated, updated",
  })
  void matchesOneTypeOrAllBelowAPrefix(String pattern, String type, @Nullable String rest) {
    assertThat(new EventPattern(pattern).match(new EventType(type)))
        .isEqualTo(Optional.ofNullable(rest));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", ".*", "*.paid", "a*", "a.*.b", "a.**", "a.*.*", "a b", "é.*"})
  void refusesAnyOtherUseOfAStar(String pattern) {
    assertThat(EventPattern.isLegal(pattern)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> new EventPattern(pattern));
  }

  @ParameterizedTest
  @CsvSource({
    "a.*, a.b, true",
    "a.*, a.b.c, true",
    "a.*, a.*, true",
    "a.*, a.b.*, true",
    "a.b.*, a.*, false",
    "a.*, a, false",
    "a.*, ab.c, false",
    "a.b, a.b, true",
    "a.b, a.c, false",
    "a.b, a.*, false",
  })
  void coversPatternsThatItMatchesCompletely(String pattern, String other, boolean covers) {
    assertThat(new EventPattern(pattern).covers(new EventPattern(other))).isEqualTo(covers);
  }
}
