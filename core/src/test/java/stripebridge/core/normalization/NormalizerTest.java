package stripebridge.core.normalization;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizerTest {
  private static Normalization normalize(String body) {
    return Envelopes.normalize(body.getBytes(UTF_8));
  }

  private static String envelope(String body) {
    return new String(Envelopes.envelope(body.getBytes(UTF_8)).toJson(), UTF_8);
  }

  @Test
  void writesEveryFieldOfASnapshotEvent() {
    assertThat(
            envelope(
                """
                {"id":"evt_1","object":"event","api_version":"2026-07-29.dahlia",
                 "created":1785312002,"account":"acct_1","livemode":true,
                 "data":{"object":{ "id":"po_1", "object":"payout","amount":1.00,
                   "currency":"usd","status":"failed","failure_message":null},
                   "previous_attributes":{"status":"in_transit"}},
                 "request":{"id":"req_1","idempotency_key":"key \\u00e9"},"type":"payout.failed"}
                """))
        .isEqualTo(
            "{\"event_id\":\"evt_1\",\"event_type\":\"payout.failed\","
                + "\"api_version\":\"2026-07-29.dahlia\",\"account_id\":\"acct_1\","
                + "\"created_at\":\"2026-07-29T08:00:02Z\","
                + "\"bridge_received_at\":\"2026-11-20T10:00:00.250Z\","
                + "\"bridge_version\":\"1.2.3\","
                + "\"trace_id\":\"7c9e6679-7425-40de-944b-e07fc1f90ae7\",\"livemode\":true,"
                + "\"request_id\":\"req_1\",\"idempotency_key\":\"key \\u00e9\","
                + "\"previous_attributes\":{\"status\":\"in_transit\"},\"context\":null,"
                + "\"data\":{\"id\":\"po_1\",\"amount\":1.00,\"currency\":\"usd\","
                + "\"status\":\"failed\",\"failure_message\":null},"
                + "\"raw\":{ \"id\":\"po_1\", \"object\":\"payout\",\"amount\":1.00,\n"
                + "   \"currency\":\"usd\",\"status\":\"failed\",\"failure_message\":null}}");
  }

  /// The envelope of an event with these members, quoted with `'`.
  private static Envelope with(String members) {
    return Envelopes.envelope(body(members).getBytes(UTF_8));
  }

  private static String body(String members) {
    return ("{'id':'evt_1','type':'a.b'," + members + "}").replace('\'', '"');
  }

  /// `data` of an event of that type with that object, quoted with `'`.
  private static String data(String type, String object) {
    String body = "{'id':'evt_1','type':'" + type + "','data':{'object':" + object + "}}";
    return Envelopes.envelope(body.replace('\'', '"').getBytes(UTF_8))
        .data()
        .toString()
        .replace('"', '\'');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'request':{'id':'req_1','idempotency_key':'k'} | \"req_1\" | \"k\"",
        "'request':{'id':null,'idempotency_key':null} | null | null",
        "'request':{'id':7,'idempotency_key':[]} | null | null",
        "'request':{} | null | null",
        "'request':'req_1' | \"req_1\" | null",
        "'request':null | null | null",
        "'request':['id','idempotency_key'] | null | null",
        "'request':7 | null | null",
        "'x':0 | null | null",
        "'object':'event','reason':{'request':{'id':'req_1'}} | null | null",
        "'object':'v2.core.event','reason':{'request':{'id':'req_1','idempotency_key':'k'}}"
            + " | \"req_1\" | \"k\"",
        "'object':'v2.core.event','request':'req_1','reason':null | null | null",
        "'object':'v2.core.event','reason':[{'request':{'id':'req_1'}}] | null | null",
        "'object':'v2.core.event','reason':{'request':[]} | null | null",
      })
  void takesTheRequestOfEveryVersion(String members, String id, String key) {
    Envelope envelope = with(members + ",'data':{'object':{}}");
    assertThat(envelope.requestId()).hasToString(id);
    assertThat(envelope.idempotencyKey()).hasToString(key);
  }

  @Test
  void writesFieldsThatAreMissingNullOrOfAnotherTypeAsNull() {
    Envelope bare = with("'data':{'object':{}}");
    assertThat(new String(bare.toJson(), UTF_8))
        .isEqualTo(
            "{\"event_id\":\"evt_1\",\"event_type\":\"a.b\",\"api_version\":null,"
                + "\"account_id\":\"acct_own\",\"created_at\":null,"
                + "\"bridge_received_at\":\"2026-11-20T10:00:00.250Z\","
                + "\"bridge_version\":\"1.2.3\","
                + "\"trace_id\":\"7c9e6679-7425-40de-944b-e07fc1f90ae7\",\"livemode\":null,"
                + "\"request_id\":null,\"idempotency_key\":null,\"previous_attributes\":null,"
                + "\"context\":null,\"data\":{},\"raw\":{}}");
    assertThat(
            with(
                "'api_version':null,'account':null,'created':null,'livemode':null,'request':null,"
                    + "'context':null,'data':{'previous_attributes':null,'object':{}}"))
        .isEqualTo(bare);
    assertThat(
            with(
                "'api_version':2020,'account':{'id':'acct_1'},'created':1.5,'livemode':'true',"
                    + "'request':[],'context':['acct_1'],"
                    + "'data':{'previous_attributes':['a'],'object':{}}"))
        .isEqualTo(bare);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'account':'acct_1','data':{'object':{}} | \"acct_1\"",
        "'account':'','data':{'object':{}} | \"acct_own\"",
        "'account':'acct_\\u0031','data':{'object':{}} | \"acct_\\u0031\"",
        "'context':'acct_1','data':{'object':{}} | \"acct_1\"",
        "'context':'org_1/acct_1','data':{'object':{}} | \"acct_1\"",
        "'user_id':'acct_1','api_version':'2014-01-31','data':{'object':{}} | \"acct_1\"",
        "'context':'org_1/acct_1','object':'v2.core.event' | \"acct_1\"",
        "'context':'acct_1','object':'v2.core.event' | \"acct_1\"",
        "'context':'','object':'v2.core.event' | \"acct_own\"",
        "'context':null,'object':'v2.core.event' | \"acct_own\"",
        "'context':'acct_1','account':'acct_2','object':'v2.core.event' | \"acct_2\"",
      })
  void namesTheAccountAnEventIsAbout(String members, String account) {
    assertThat(with(members).accountId()).hasToString(account);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // The object's own `object` decides; `customer.source.created` carries no customer.
        "customer.source.created | {'id':'card_1','object':'card','name':'x'} | {}",
        "payment_intent.succeeded | {'id':'ch_1','object':'charge','customer':'c'} | {id='ch_1'}",
        "charge.succeeded | {'id':'ch_1','customer':'cus_1'} | {id='ch_1'}",
        "charge.succeeded | {'id':'ch_1','object':null} | {id='ch_1'}",
        "charge.succeeded | {'id':'ch_1','object':7} | {id='ch_1'}",
        "charge.succeeded | {'id':'ch_1','object':''} | {}",
        "charge.dispute.created | {'id':'du_1','charge':'ch_1'} | {id='du_1', charge='ch_1'}",
        "customer.subscription.created | {'trial_end':1,'name':'n'} | {trial_end=1}",
        "customer.subscription.pause.x | {'id':'sub_1'} | {}",
        "price.created | {'id':'price_1'} | {}",
      })
  void findsTheFamilyOfAnObject(String type, String object, String data) {
    assertThat(data(type, object)).isEqualTo(data);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'items':{'data':[{'current_period_end':2}]}} | current_period_end=2",
        "{'current_period_end':1,'items':{'data':[{'current_period_end':2}]}} |"
            + " current_period_end=1",
        "{'current_period_end':null,'items':{'data':[{'current_period_end':2}]}} |"
            + " current_period_end=2",
        "{'current_period_end':'1','items':{'data':[{'current_period_end':2}]}} |"
            + " current_period_end=2",
        "{'current_period_end':null,'items':{'data':[{'current_period_end':'2'}]}} |"
            + " current_period_end=null",
        "{'current_period_end':null,'items':{'data':[]}} | current_period_end=null",
        "{'items':{'data':[{'current_period_end':null}]}} | current_period_end=null",
        "{'items':{'data':[{},{'current_period_end':2}]}} | ",
        "{'items':{'data':[]}} | ",
        "{'items':{'data':[null]}} | ",
        "{'items':{'data':{'0':{'x':1}}}} | ",
        "{'items':{'data':'x'}} | ",
        "{'items':{}} | ",
        "{'items':[]} | ",
        "{'items':null} | ",
        "{} | ",
      })
  void takesThePeriodOfASubscriptionWhereItIs(String object, @Nullable String found) {
    String data = data("customer.subscription.updated", object);
    if (found == null) {
      assertThat(data).doesNotContain("current_period_end=");
    } else {
      assertThat(data).contains(found);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'subscription':'sub_1'} | {subscription='sub_1'}",
        "{'subscription':{'id':'sub_1','status':'active'}} | {subscription='sub_1'}",
        "{'subscription':{'status':'active'}} | {subscription=null}",
        "{'subscription':{'id':7}} | {subscription=null}",
        "{'subscription':{}, 'parent':{'subscription_details':{'subscription':'sub_2'}}}"
            + " | {subscription='sub_2'}",
        "{'parent':{'subscription_details':{'subscription':'sub_2'}}} | {subscription='sub_2'}",
        "{'parent':{'subscription_details':{'subscription':{'id':'sub_2'}}}}"
            + " | {subscription='sub_2'}",
        "{'parent':{'subscription_details':null}} | {}",
        "{'parent':{'subscription_details':[]}} | {}",
        "{'parent':null} | {}",
        "{'parent':['subscription_details']} | {}",
        "{'parent':'subscription_details'} | {}",
        "{'subscription':['sub_1']} | {subscription=null}",
        "{'customer':{'id':'cus_1','deleted':true}} | {customer='cus_1'}",
        "{'customer':''} | {customer=''}",
      })
  void takesTheSubscriptionOfAnInvoiceWhereItIs(String object, String data) {
    assertThat(data("invoice.paid", object)).isEqualTo(data);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'amount':2400} | {amount=2400}",
        "{'amount':-0} | {amount=-0}",
        "{'amount':24.00} | {amount=24.00}",
        "{'amount':123456789012345678901234567890} | {amount=123456789012345678901234567890}",
        "{'amount':24.5} | {amount=null}",
        "{'amount':1e3} | {amount=null}",
        "{'amount':'2400'} | {amount=null}",
        "{'outcome':{'risk_level':'normal','risk_score':1},'risk_score':null}"
            + " | {outcome={'risk_level':'normal','risk_score':1},"
            + " risk_level='normal', risk_score=1}",
        "{'outcome':['risk_level']} | {outcome=null}",
        "{'outcome':null} | {outcome=null}",
      })
  void takesOnlyValuesOfTheirKind(String object, String data) {
    assertThat(data("charge.succeeded", object)).isEqualTo(data);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "customer.updated | {'default_card':'card_1'} | {default_source='card_1'}",
        "customer.updated | {'default_card':{'id':'card_1'}} | {default_source='card_1'}",
        "customer.updated | {'default_card':null} | {default_source=null}",
        "customer.updated | {'default_card':'card_1','default_source':null}"
            + " | {default_source=null}",
        "charge.succeeded | {'status':'paid'} | {status='succeeded'}",
        "charge.failed | {'status':'failed'} | {status='failed'}",
        "payout.paid | {'status':'paid'} | {status='paid'}",
        "payment_intent.created | {'status':'requires_source'}"
            + " | {status='requires_payment_method'}",
        "payment_intent.created | {'status':'requires_source_action'} | {status='requires_action'}",
        "payment_intent.created | {'source':'src_1'} | {payment_method='src_1'}",
        "payment_intent.created | {'source':'src_1','payment_method':null} | {payment_method=null}",
        "invoice.paid | {'paid':true,'closed':true,'forgiven':false} | {status='paid'}",
        "invoice.updated | {'paid':false,'closed':true,'forgiven':true} | {status='uncollectible'}",
        "invoice.updated | {'paid':false,'closed':true,'forgiven':false} | {status='void'}",
        "invoice.created | {'paid':false,'closed':false} | {status='open'}",
        "invoice.created | {'paid':false,'closed':false,'status':'draft'} | {status='draft'}",
        "invoice.created | {'paid':false,'closed':false,'status':null} | {status=null}",
        "invoice.created | {'paid':'false'} | {}",
        "invoice.created | {} | {}",
      })
  void readsFieldsByTheirFormerNames(String type, String object, String data) {
    assertThat(data(type, object)).isEqualTo(data);
  }

  /// Text that was truncated by UTF-16 units.
  @Test
  void takesHalfASurrogatePairInANameAsInAValue() {
    String object = "{'metadata':{'order \\ud83d':'a \\ud83d','order \\ud83e':'\\\\ud83d'}}";
    Envelope envelope = with("'data':{'object':" + object + "}");
    assertThat(envelope.raw()).hasToString(object.replace('\'', '"'));
  }

  @Test
  void keepsOnlyTheFirstByteOrderMarkOut() {
    String body = "{\"id\":\"evt_1\",\"type\":\"a.b\",\"data\":{\"object\":{\"x\":1}}}";
    assertThat(envelope("\uFEFF" + body)).isEqualTo(envelope(body));
  }

  @Test
  void takesAllButTheSpaceAroundOfAThinEvent() {
    String event = body("'object':'v2.core.event','data':{'object':{'id':'x'}}");
    Envelope envelope = Envelopes.envelope(("\n " + event + "\r\n").getBytes(UTF_8));
    assertThat(envelope.raw()).hasToString(event);
    assertThat(envelope.data()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'x':0",
        "'data':null",
        "'data':{}",
        "'data':{'object':null}",
        "'data':{'object':[]}",
        "'data':{'object':'x'}",
        "'data':[{'object':{}}]",
        "'object':'event','raw':{}"
      })
  void parksASnapshotWithoutItsObject(String members) {
    assertThat(normalize(body(members)))
        .isEqualTo(new Normalization.Unreadable("no object at data.object"));
  }

  @Test
  void parksABodyWithTextAfterTheEvent() {
    assertThat(normalize(body("'data':{'object':{}}") + " {}"))
        .isEqualTo(new Normalization.Unreadable("more than one JSON document"));
    assertThat(normalize(body("'data':{'object':{}}") + "x"))
        .isEqualTo(new Normalization.Unreadable("not well-formed JSON at byte 48"));
  }

  @Test
  void parksATruncatedBody() {
    assertThat(normalize("{\"id\":\"evt_1\",\"type\":\"a.b\",\"data\":{\"object\":{"))
        .isInstanceOf(Normalization.Unreadable.class);
  }

  @Test
  void parksWhatIsNotUtf8() {
    byte[] latin = body("'data':{'object':{'x':'\u00e9'}}").getBytes(ISO_8859_1);
    assertThat(Envelopes.normalize(latin))
        .isEqualTo(new Normalization.Unreadable("not valid UTF-8"));
    // A lone surrogate as three bytes, which Jackson would accept.
    byte[] half = body("'data':{'object':{'x':'\u00ed\u00a0\u00bd'}}").getBytes(ISO_8859_1);
    assertThat(Envelopes.normalize(half))
        .isEqualTo(new Normalization.Unreadable("not valid UTF-8"));
  }

  @Test
  void takesUpTo200Levels() {
    String most = "[".repeat(197) + "]".repeat(197);
    assertThat(normalize(body("'data':{'object':{'x':" + most + "}}")))
        .isInstanceOf(Normalization.Normalized.class);
    assertThat(normalize(body("'data':{'object':{'x':[" + most + "]}}")))
        .isEqualTo(new Normalization.Unreadable("nested deeper than 200 levels"));
  }

  @Test
  void parksWhatIsNestedTooDeeply() {
    String deep = "[".repeat(250) + "]".repeat(250);
    assertThat(
            normalize(
                "{\"id\":\"evt_1\",\"type\":\"a.b\",\"data\":{\"object\":{\"x\":" + deep + "}}}"))
        .isEqualTo(new Normalization.Unreadable("nested deeper than 200 levels"));
  }

  @Test
  void parksRepeatedNames() {
    assertThat(
            normalize(
                "{\"id\":\"evt_1\",\"type\":\"a.b\","
                    + "\"data\":{\"object\":{\"x\":{\"a\":1,\"a\":2}}}}"))
        .isEqualTo(new Normalization.Unreadable("a field name appears twice in one object"));
  }
}
