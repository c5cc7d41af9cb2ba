package stripebridge.core.redaction;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides which field values are shown. All field names are in snake case.
///
/// A text is shown when its field is listed here and it has the form that Stripe documents for the
/// field, or when it is the id of a Stripe object. The lists come from the fields of Stripe's Java
/// library and their documentation. A test over that library, and over events of every type, fails
/// when a field becomes readable without a review.
final class ReadableFields {
  private static final int NAME_LENGTH_MAX = 64;
  private static final String METADATA = "metadata";

  /// Fields whose values are Stripe's enumerations.
  private static final Set<String> ENUMERATIONS =
      words(
          """
          account_holder_type account_type acss_debit_payments action active_features
          address_line1_check address_postal_code_check advice_code affirm_payments
          afterpay_clearpay_payments aggregate_usage alert_type allow_redirects
          allow_redisplay allowed_payment_method_types alma_payments
          alternative_fields_due amazon_pay_payments amount_includes_iof
          amount_tax_display amount_type app_distribution au_becs_debit_payments
          authentication_flow automatic_tax awaiting_action_from aws_event_source_status
          azure_partner_topic_status bacs_debit_payments balance_type
          bancontact_payments bank_transfer_payments behavior billie_payments billing
          billing_address_collection billing_cycle_anchor billing_reason billing_scheme
          bizum_payments blik_payments boleto_payments cancellation_reason
          cancellation_type capability capture_method card_issuing card_payments
          cartes_bancaires_payments case_type cashapp_payments category cause claimed_by
          closed_reason code collection_method configuration confirmation_method
          created_by crypto_payments currency_status currently_due customer_creation
          customer_presence customer_tax_exempt cvc_check dashboard decline_code
          default_for delivery_status details_code disabled_reason display
          dispute_categories dispute_type enabled_events end_behavior eps_payments
          error_code event_category event_payload event_time_window event_type
          events_from eventually_due excluded_payment_method_types exempt
          exemption_indicator expiry_check failure_code failure_reason feed_type
          feedback fees_collector flow_directions flow_type formula fpx_payments
          fraud_rule funding_type future_requirements gb_bank_transfer_payments
          giropay_payments grabpay_payments hosted_payment_method_save ideal_payments
          inbound_flows india_international_payments ineligible_reason initiated_by
          interval item_type jcb_payments jp_bank_transfer_payments jurisdiction_level
          kakao_pay_payments klarna_payments konbini_payments kr_card_payments
          legacy_payments level link_payments loss_reason losses_collector
          mb_way_payments method method_type microdeposit_type missing_payment_method
          mobilepay_payments mode money_movement_type multibanco_payments
          mx_bank_transfer_payments naver_pay_payments network_advice_code network_code
          network_decline_code network_reason_code network_status
          nz_bank_account_becs_debit_payments object opened_reason origin_context
          original_fields_due outbound_flows outcome oxxo_payments p24_payments
          page_size past_due pause_reason pay_by_bank_payments payco_payments
          payment_method_collection payment_method_redisplay payment_method_remove
          payment_method_save payment_method_save_allow_redisplay_override
          payment_method_save_usage payment_method_type payment_method_types
          payment_schedule payment_status payment_type payments paynow_payments
          payto_payments pending_features pending_reason pending_verification
          pix_payments place_of_supply_scheme preference price_type product_type
          promotions promptpay_payments proration_behavior proration_discounts purpose
          rate_type read_method reason reason_code reason_codes recommended_action
          reconciliation_mode reconciliation_status recurrence redirect_on_completion
          reference_type refund_attributes_method refund_attributes_status
          regulated_status removal_pathway replacement_reason report_type reported_by
          reporting_category request_extended_authorization
          request_incremental_authorization request_multicapture request_overcapture
          request_three_d_secure requested_priority require_payment_method_support
          requirement_collection requirements_collector resolution restricted_features
          restricted_reason restriction result result_reason return_status
          revocation_reason revolut_pay_payments risk_level round samsung_pay_payments
          satispay_payments save_default_payment_method scalapay_payments
          sepa_bank_transfer_payments sepa_debit_payments service service_type
          setup_future_usage sofort_payments source_flow source_type sourcing
          statement_status status structure submit_type suggested_decision
          sunbit_payments supported_payment_method_types supported_types swish_payments
          tax_behavior tax_exempt tax_reporting_us_1099_k tax_reporting_us_1099_misc
          tax_type taxability_override taxability_reason tiers_mode transaction_purpose
          transaction_type transfers treasury trial_update_behavior twint_payments type
          ui_mode undeliverable_reason update_shipping_details upi_payments
          us_bank_account_ach_payments us_bank_transfer_payments usage usage_type
          weekly_anchor weekly_payout_days zip_payments
          """);

  /// Fields that hold the id of another Stripe object.
  private static final Set<String> REFERENCES =
      words(
          """
          account account_tax_ids application application_fee authorization balance
          balance_transaction cardholder charge checkout_session configuration
          connected_account context credit_balance_transaction credit_grant credit_note
          customer customer_account customer_balance_transaction default_account_tax_ids
          default_payment_method default_price default_source default_tax_rates
          destination destination_payment destination_payment_method
          destination_payment_refund discount discounts dispute event external_account
          failure_balance_transaction fee file files financial_account generated_card
          generated_sepa_debit inbound_transfer invoice invoice_item
          issuing_authorization issuing_card issuing_dispute issuing_transaction
          latest_attempt latest_charge latest_invoice latest_payment_attempt_record
          latest_revision linked_transaction meter money_movement on_behalf_of
          original_payout originating_transaction outbound_payment outbound_transfer
          ownership payment_intent payment_intent_id payment_link payment_method
          payment_method_configuration payment_record payout pending_setup_intent person
          personalization_design physical_bundle promotion_code quote received_credit
          received_debit refund related_customer released_subscription replaced_by
          replacement_for request reserve_hold reserve_plan reserve_release reversed_by
          review schedule session setup_attempt setup_intent shipping_rate
          single_use_mandate source source_charge source_refund source_transaction
          source_transfer source_transfer_reversal splashscreen subscription
          subscription_item subscription_schedule subscriptions tax_code tax_rate
          tax_rates test_clock transaction transfer transfer_reversal value_list
          verification_session
          """);

  /// Fields whose ids a merchant can choose, such as the id of a price; and our own fields.
  private static final Set<String> IDS =
      words(
          """
          account_id coupon customer_account_id event_id id jmsxgroup_id
          plan price product redriven_from request_id stripe_account_id
          """);

  private static final Set<String> CURRENCIES =
      words(
          """
          currency default_currency merchant_currency minimum_amount_currency
          presentment_currency source_currency spending_limits_currency supported_currencies
          supported_payment_currencies token_currency
          """);

  private static final Set<String> NUMBERS =
      words(
          """
          amount_decimal amount_percent application_fee_percent effective_percentage
          event_created_at exchange_rate flat_amount_decimal fx_rate gross_amount_decimal
          local_amount_decimal national_amount_decimal percent percent_off percentage
          percentage_decimal quantity_decimal unit_amount_decimal unit_cost_decimal
          """);

  /// In addition to all fields that end in `_at`.
  private static final Set<String> TIMES = words("created timestamp updated");

  private static final Set<String> VERSIONS =
      words("api_version bridge_version snapshot_api_version stripe_api_version");

  /// The ids of Stripe's objects, by their prefixes; without the prefixes of tokens and keys.
  private static final Pattern STRIPE_ID =
      Pattern.compile(
          "(?:"
              + String.join(
                  "|",
                  words(
                      """
                      acct alrt apwc ba bpc bps ca card cbtxn ccsbtxn ch climorder climsku
                      climsup clock cn cnli co cor cpmt credgr credrev cs cus cusacct debrev di
                      dp du ent evt fa fca fcauth fcsess fctxn feat fee file fr frr iauth ibt ic
                      ich ics idp ii il in inpay intok ipcd ipd ipi is issfr li link mandate mtr obp
                      obt or pd person pi plan plink pm pmc pmd po price pro prod promo prv py
                      pyr qt rc rd rdr re req resvhld resvpln resvrls rp rsl rsli seti setatt shr
                      si sku sqr src srcmn srctxn sub sub_sched taxcalc taxreg tml tmr tr trr
                      trxn trxne tu txcd txi txn txr vr vs we
                      """))
              // No id has ever had fewer than 14 letters and digits.
              + ")(?:_test|_live)?_[A-Za-z0-9]{14,255}");

  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_.-]{0,127}|\\*");
  private static final Pattern REFERENCE =
      Pattern.compile(
          "[a-z]{2,12}(?:_[a-z]{1,12})*_[A-Za-z0-9]{1,255}"
              // The context of a v2 event is a path of accounts.
              + "(?:/acct_[A-Za-z0-9]{1,255})?");
  private static final Pattern ID = Pattern.compile("(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_.-]{1,255}");
  private static final Pattern IBAN = Pattern.compile("[A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{11,30}");
  private static final Pattern SECRET =
      Pattern.compile("(?i).*secret.*|(?:basic|bearer|sk|rk|ek|ephkey|whsec|tok|btok|ct|pst)_.*");
  private static final Pattern CURRENCY = Pattern.compile("[A-Za-z]{3,4}");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}(?:\\.[0-9]{1,18})?");
  private static final Pattern TIME =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?"
              + "(?:Z|[+-][0-9]{2}:?[0-9]{2})");
  private static final Pattern VERSION =
      Pattern.compile("(?:[0-9]{1,4}[.-]){1,3}[0-9A-Za-z][0-9A-Za-z.+-]{0,63}");
  private static final Pattern UUID =
      Pattern.compile("(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern API_PATH = Pattern.compile("/v[12](?:/[A-Za-z0-9_]{1,255}){1,12}");
  private static final Pattern FIELD_NAME =
      Pattern.compile(
          "(?=[^A-Za-z]*[A-Za-z])(?!.*[0-9]{5})[A-Za-z0-9_-]{1,%d}".formatted(NAME_LENGTH_MAX));

  /// Fields whose numbers are personal data too; also as the last words of a longer name.
  private static final Set<String> PERSONAL =
      words(
          """
          account_number address bic bsb_number card_number cvc dob email exp_month exp_year
          birthdate fingerprint iban iin ip ip_address last4 last_4 lat latitude lon longitude
          mobile name number pan phone phone_number pin postal_code routing_number secret
          sort_code ssn tax_id zip
          """);

  /// Fields whose whole content is hidden.
  private static final Set<String> HIDDEN_OBJECTS =
      words(
          """
          aba account_holder account_holder_address account_numbers ach_credit_transfer ach_debit
          acss_debit additional_document address address_kana address_kanji au_becs_debit
          bacs_debit bank_account bank_address bank_transfer billing_address billing_details card
          card_present carrier_text client_metadata collected_information company custom_fields
          customer_acceptance customer_address customer_details customer_shipping customer_tax_ids
          date_of_birth delivery_details display_bank_transfer_instructions dob document documents
          end_user_details enhanced_evidence evidence financial_addresses fraud_challenges iban
          id_number id_numbers identity individual interac_present ip_address_location mandate_data
          nz_bank_account online owner payer_details payment_method_details provided_details
          receiver recipient registered_address relationship script_addresses script_names selfie
          sepa_credit_transfer sepa_debit ship_from_details shipping shipping_address
          shipping_details sort_code spei support_address swift tax_ids tos_acceptance
          tracking_details us_bank_account user_terms_acceptance verification verification_data
          verified_address verified_outputs zengin
          """);

  private ReadableFields() {}

  /// Whether a text may be shown.
  ///
  /// @param field in snake case; null when it belongs to no field
  static boolean isReadable(@Nullable String field, String text) {
    if (field == null || isPersonal(field) || SECRET.matcher(text).matches()) {
      return false;
    }
    return STRIPE_ID.matcher(text).matches()
        || (ENUMERATIONS.contains(field) && WORD.matcher(text).matches())
        || (REFERENCES.contains(field) && REFERENCE.matcher(text).matches())
        || (IDS.contains(field) && isId(text))
        || (CURRENCIES.contains(field) && CURRENCY.matcher(text).matches())
        || (NUMBERS.contains(field) && NUMBER.matcher(text).matches())
        || (isTime(field) && TIME.matcher(text).matches())
        || (VERSIONS.contains(field) && VERSION.matcher(text).matches())
        || (isUuidField(field) && UUID.matcher(text).matches())
        || (field.equals("url") && API_PATH.matcher(text).matches());
  }

  private static boolean isId(String text) {
    return ID.matcher(text).matches() && !IBAN.matcher(text).matches();
  }

  private static boolean isTime(String field) {
    return TIMES.contains(field) || field.endsWith("_at");
  }

  private static boolean isUuidField(String field) {
    return field.equals("idempotency_key") || field.equals("trace_id");
  }

  /// Whether neither texts nor numbers of the field may be shown.
  static boolean isPersonal(@Nullable String field) {
    if (field == null) {
      return true;
    }
    for (int at = 0; at >= 0; at = nextWord(field, at)) {
      if (PERSONAL.contains(field.substring(at))) {
        return true;
      }
    }
    return false;
  }

  /// Where the next word of a name begins; -1 after the last.
  private static int nextWord(String field, int at) {
    int gap = field.indexOf('_', at);
    return gap < 0 ? -1 : gap + 1;
  }

  /// Whether the whole content of the field is hidden.
  static boolean hidesContent(@Nullable String field) {
    return field != null && (HIDDEN_OBJECTS.contains(field) || field.equals(METADATA));
  }

  /// Whether the merchant also chooses the names below the field.
  static boolean hasCustomNames(@Nullable String field) {
    return METADATA.equals(field);
  }

  /// Whether a name looks like one of Stripe's field names.
  static boolean isFieldName(String name) {
    return FIELD_NAME.matcher(name).matches();
  }

  /// Converts a name to snake case; an overlong name is truncated.
  static String snakeCase(String name) {
    int length = Math.min(name.length(), 2 * NAME_LENGTH_MAX);
    StringBuilder snake = new StringBuilder(length + 8);
    for (int i = 0; i < length; i++) {
      char letter = name.charAt(i);
      if (i > 0
          && Character.isUpperCase(letter)
          && (Character.isLowerCase(name.charAt(i - 1)) || Character.isDigit(name.charAt(i - 1)))) {
        snake.append('_');
      }
      snake.append(letter == '-' ? '_' : letter);
    }
    return snake.toString().toLowerCase(Locale.ROOT);
  }

  private static Set<String> words(String text) {
    return Set.of(text.strip().split("\\s+"));
  }
}
