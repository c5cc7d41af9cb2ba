package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.SplittableRandom;

/// Bodies of 3,000 bytes that compress as Stripe's do: indented JSON of a charge, in which ids,
/// numbers, names and metadata are random. A filler of equal letters would flatter any compression.
public final class StripeBodies {
  public static final int BYTES = 3_000;

  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private static final String HEX = "0123456789abcdef";

  // `~` is a random letter or digit, `^` a random lower-case letter, `%` a random hex digit, `#` a
  // random digit.
  private static final String CHARGE =
      """
      {
        "id": "EVENT",
        "object": "event",
        "account": "ACCOUNT",
        "api_version": "2026-07-29.dahlia",
        "created": 179#######,
        "data": {
          "object": {
            "id": "OBJECT",
            "object": "charge",
            "amount": 1####,
            "amount_captured": 1####,
            "amount_refunded": 0,
            "application_fee": null,
            "application_fee_amount": null,
            "balance_transaction": "txn_3~~~~~~~~~~~~~~~~~~~~~~~",
            "billing_details": {
              "address": {
                "city": "^^^^^^^^",
                "country": "BE",
                "line1": "^^^^^^^^^ ##",
                "line2": null,
                "postal_code": "####",
                "state": null
              },
              "email": "^^^^^^^^.^^^^@^^^^^^^.example",
              "name": "^^^^^^ ^^^^^^^^",
              "phone": null,
              "tax_id": null
            },
            "calculated_statement_descriptor": "READING CIRCLE",
            "captured": true,
            "created": 179#######,
            "currency": "eur",
            "customer": CUSTOMER,
            "description": "Order ###### of ^^^^^^^ ^^^^^^",
            "disputed": false,
            "failure_code": null,
            "failure_message": null,
            "livemode": false,
            "metadata": {
              "order_id": "########",
              "tenant": "~~~~~~~~~~~~",
              "cart": "%%%%%%%%-%%%%-%%%%-%%%%-%%%%%%%%%%%%"
            },
            "on_behalf_of": null,
            "outcome": {
              "advice_code": null,
              "network_advice_code": null,
              "network_decline_code": null,
              "network_status": "approved_by_network",
              "reason": null,
              "risk_level": "normal",
              "risk_score": ##,
              "seller_message": "Payment complete.",
              "type": "authorized"
            },
            "paid": true,
            "payment_intent": "pi_3~~~~~~~~~~~~~~~~~~~~~~~",
            "payment_method": "pm_1~~~~~~~~~~~~~~~~~~~~~~~",
            "payment_method_details": {
              "card": {
                "amount_authorized": 1####,
                "authorization_code": "######",
                "brand": "visa",
                "checks": {
                  "address_line1_check": null,
                  "address_postal_code_check": "pass",
                  "cvc_check": "pass"
                },
                "country": "BE",
                "exp_month": 1,
                "exp_year": 203#,
                "fingerprint": "~~~~~~~~~~~~~~~~",
                "funding": "credit",
                "installments": null,
                "last4": "####",
                "network": "visa",
                "network_transaction_id": "###############",
                "three_d_secure": null,
                "wallet": null
              },
              "type": "card"
            },
            "receipt_email": "^^^^^^^^.^^^^@^^^^^^^.example",
            "receipt_url": "https://pay.stripe.com/receipts/~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~",
            "refunded": false,
            "status": "succeeded"
          }
        },
        "livemode": false,
        "pending_webhooks": 1,
        "request": {
          "id": "req_~~~~~~~~~~~~~~",
          "idempotency_key": "%%%%%%%%-%%%%-%%%%-%%%%-%%%%%%%%%%%%"
        },
        "type": "charge.succeeded",
        "note": "\
      """;

  private StripeBodies() {}

  /// The body of an event; the same for the same ids. Its first value is the event's id. The charge
  /// has no customer, so that its own id is the partition key.
  public static String of(String eventId, String account, String chargeId) {
    return body(eventId, account, chargeId, "null");
  }

  /// The body of an event about a customer's charge.
  public static String of(String eventId, String account, String chargeId, String customer) {
    return body(eventId, account, chargeId, '"' + customer + '"');
  }

  private static String body(String eventId, String account, String chargeId, String customer) {
    SplittableRandom random = new SplittableRandom((eventId + account + chargeId).hashCode());
    StringBuilder body = new StringBuilder(BYTES);
    for (int i = 0; i < CHARGE.length(); i++) {
      char letter = CHARGE.charAt(i);
      switch (letter) {
        case '~' -> body.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        case '^' -> body.append(LETTERS.charAt(random.nextInt(26)));
        case '%' -> body.append(HEX.charAt(random.nextInt(HEX.length())));
        case '#' -> body.append((char) ('1' + random.nextInt(9)));
        default -> body.append(letter);
      }
    }
    replace(body, "EVENT", eventId);
    replace(body, "ACCOUNT", account);
    replace(body, "OBJECT", chargeId);
    replace(body, "CUSTOMER", customer);
    String end = "\"\n}";
    while (body.length() < BYTES - end.length()) {
      body.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return body.append(end).toString();
  }

  private static void replace(StringBuilder body, String name, String value) {
    int at = body.indexOf(name);
    body.replace(at, at + name.length(), value);
  }

  public static byte[] bytes(String eventId, String account) {
    return of(eventId, account, "ch_3SoR8d" + eventId).getBytes(UTF_8);
  }
}
