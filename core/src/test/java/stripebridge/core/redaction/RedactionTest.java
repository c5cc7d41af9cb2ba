package stripebridge.core.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
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
  void masksPersonalData() throws Exception {
    assertThat(
            redacted(
                """
                {"id":"evt_1","amount":12.50,"receipt_email":"a@b.c","name":"Ann","phone":null,
                "address":{"line1":"Street 1","geo":[1,{"city":"X"}],"verified":true},
                "status":"kept","card":{"last4":"4242","exp_year":2030},
                "last4":"4242","currency":"eur"}\
                """))
        .isEqualTo(
            "{\"id\":\"evt_1\",\"amount\":12.50,\"receipt_email\":\"***\",\"name\":\"***\","
                + "\"phone\":null,\"address\":{\"line1\":\"***\",\"geo\":[\"***\",{\"city\":"
                + "\"***\"}],\"verified\":true},\"status\":\"kept\","
                + "\"card\":{\"last4\":\"***\",\"exp_year\":\"***\"},\"last4\":\"***\","
                + "\"currency\":\"eur\"}");
  }

  @Test
  void masksTextsWithoutAField() throws Exception {
    assertThat(redacted("[1,[true],\"three\"] \"four\""))
        .isEqualTo("[\"***\",[true],\"***\"] \"***\"");
  }

  @Test
  void masksTheFieldsOfACardWhereverItIs() throws Exception {
    assertThat(
            redacted(
                "{\"data\":[{\"object\":\"card\",\"address_zip\":\"9000\",\"exp_month\":11,"
                    + "\"exp_year\":2029,\"fingerprint\":\"Kd7\",\"brand\":\"Visa\"}]}"))
        .isEqualTo(
            "{\"data\":[{\"object\":\"card\",\"address_zip\":\"***\",\"exp_month\":\"***\","
                + "\"exp_year\":\"***\",\"fingerprint\":\"***\",\"brand\":\"***\"}]}");
  }

  /// Secrets, links, bank details, tax ids, identity: `FIELD VALUE`, the value without spaces.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "client_secret pi_3RzQ4gLkdIwHu7ix0XqvJm1D_secret_8rTgYbNmKlOpQwErTyUi",
        "client_secret cs_test_8rTgYbNmKlOpQwErTyUi",
        "id pi_3RzQ4gLkdIwHu7ix0XqvJm1D_secret_8rTgYbNmKlOpQwErTyUi",
        "secret whsec_8rTgYbNmKlOpQwErTyUi",
        "source tok_8rTgYbNmKlOpQwErTyUi",
        "account_number 000123456789",
        "routing_number 110000000",
        "iban AT611904300234573201",
        "id AT611904300234573201",
        "bic DEUTDEFF",
        "swift_code deutdeff",
        "sort_code 108800",
        "bank_name sparkasse",
        "bank bawag_psk_ag",
        "hosted_invoice_url https://invoice.stripe.com/i/acct_1/live_YWNjdF8x",
        "invoice_pdf https://pay.stripe.com/invoice/acct_1/live_YWNjdF8x/pdf",
        "receipt_url https://pay.stripe.com/receipts/payment/CAcaFwoVYWNj",
        "hosted_verification_url https://payments.stripe.com/microdeposit/x",
        "url https://checkout.stripe.com/c/pay/cs_test_a1",
        "url /v1/customers?email=ann",
        "tax_id de123456789",
        "value DE123456789",
        "ip_address 203.0.113.7",
        "client_ip 2001:db8::7",
        "id 203.0.113.7",
        "type 203.0.113.7",
        "id fe80::7",
        "first_name ann",
        "nationality at",
        "description ann",
        "client_reference_id order_8rTgYbNmKlOpQwErTyUi",
        "added_tomorrow ann",
        "name cus_8rTgYbNmKlOpQwErTyUi"
      })
  void masksWhereverItStands(String fieldAndValue) throws Exception {
    String field = fieldAndValue.substring(0, fieldAndValue.indexOf(' '));
    String value = fieldAndValue.substring(field.length() + 1);
    String camel =
        Pattern.compile("_([a-z])").matcher(field).replaceAll(m -> m.group(1).toUpperCase(ROOT));
    for (String name : new String[] {field, field.toUpperCase(ROOT), camel}) {
      for (String document :
          new String[] {
            "{\"%s\":\"%s\"}",
            "{\"%s\":[[\"%s\"]]}",
            "{\"data\":{\"object\":{\"items\":[{\"%s\":\"%s\"}]}}}",
            "{\"data\":{\"previous_attributes\":{\"%s\":\"%s\"}}}"
          }) {
        assertThat(redacted(document.formatted(name, value)))
            .isEqualTo(document.formatted(name, "***"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id cus_1",
        "id gold-2026",
        "customer cus_1",
        "added_tomorrow cus_8rTgYbNmKlOpQwErTyUi",
        "type customer.subscription.updated",
        "status requires_payment_method",
        "decline_code insufficient_funds",
        "created 2026-07-29T08:00:02.123Z",
        "api_version 2026-07-29.dahlia",
        "idempotency_key 7b0a8d1e-3c55-4f6a-9f0e-000012781266",
        "currency usd",
        "unit_amount_decimal 1500.5",
        "context acct_1/acct_2",
        "url /v1/billing/meters/mtr_test_61RCjiqdTDC91zgip41IqPCz"
      })
  void keepsWhatOperatorsNeed(String fieldAndValue) throws Exception {
    String document = "{\"%s\":\"%s\"}".formatted((Object[]) fieldAndValue.split(" ", 2));
    assertThat(redacted(document)).isEqualTo(document);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shipping",
        "address",
        "billing_details",
        "BillingDetails",
        "verification",
        "verificationData",
        "custom_fields",
        "bank_account",
        "us_bank_account",
        "sepa_debit",
        "payment_method_details",
        "company",
        "individual",
        "tax_ids",
        "customer_details",
        "financial_addresses",
        "dob"
      })
  void masksAllBelow(String field) throws Exception {
    assertThat(
            redacted(
                "{\"%s\":[{\"id\":\"cus_1\",\"a\":{\"day\":7,\"on\":true}}],\"status\":\"new\"}"
                    .formatted(field)))
        .isEqualTo(
            "{\"%s\":[{\"id\":\"***\",\"a\":{\"day\":\"***\",\"on\":true}}],\"status\":\"new\"}"
                .formatted(field));
  }

  @Test
  void masksNamesThatAreNotStripes() throws Exception {
    assertThat(
            redacted(
                "{\"metadata\":{\"order\":\"7\",\"ann\":{\"x\":1}},\"ann@b.c\":{\"id\":\"cus_1\"},"
                    + "\"+43 664\":true,\"n436641234567\":null}"))
        .isEqualTo(
            "{\"metadata\":{\"***\":\"***\",\"***2\":{\"***\":\"***\"}},\"***\":{\"id\":\"cus_1\"},"
                + "\"***2\":true,\"***3\":null}");
  }

  @Test
  void masksPersonalNumbers() throws Exception {
    assertThat(redacted("{\"accountNumber\":1,\"latitude\":1.5,\"phone\":[2],\"amount\":[3]}"))
        .isEqualTo(
            "{\"accountNumber\":\"***\",\"latitude\":\"***\",\"phone\":[\"***\"],\"amount\":[3]}");
  }

  @Test
  void masksHoweverDeepItIs() throws Exception {
    int depth = 900;
    String deep = "[".repeat(depth) + "\"Ann\"" + "]".repeat(depth);
    assertThat(redacted("{\"a\":" + deep + "}"))
        .isEqualTo("{\"a\":" + deep.replace("Ann", "***") + "}");
  }

  @Test
  void refusesInvalidJson() {
    assertThatThrownBy(() -> redacted("{\"a\":")).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @MethodSource("stripebridge.core.testing.EventFixture#all")
  void leavesNoAddressInAnEvent(EventFixture fixture) throws Exception {
    assertThat(redacted(new String(fixture.body(), UTF_8))).doesNotContain("@");
  }
}
