package stripebridge.core.config;

import static stripebridge.core.config.SettingGroup.HTTP;
import static stripebridge.core.config.SettingGroup.INBOX;
import static stripebridge.core.config.SettingGroup.LOG;
import static stripebridge.core.config.SettingGroup.MESSAGE;
import static stripebridge.core.config.SettingGroup.RELAY;
import static stripebridge.core.config.SettingGroup.SANDBOX;
import static stripebridge.core.config.SettingGroup.SEMP;
import static stripebridge.core.config.SettingGroup.SOLACE;
import static stripebridge.core.config.SettingGroup.STRIPE_API;
import static stripebridge.core.config.SettingGroup.VALIDATE;
import static stripebridge.core.config.SettingGroup.WEBHOOK;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.InboxSettings.RedisDurability;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;

/// The table of every setting. The reader, the options of commands, `config show`,
/// `docs/reference/configuration.md` and `.env.example` are all made from it.
public final class Settings {
  // Filled by the fields below, in their order; it must come before them.
  private static final List<Setting<?>> TABLE = new ArrayList<>();

  public static final Setting<List<EndpointSecret>> STRIPE_WEBHOOK_SECRET =
      row(WEBHOOK, "STRIPE_WEBHOOK_SECRET", EndpointSecret.LIST)
          .says(
              "Signing secrets of the webhook endpoints, all of them active. `label=` before one"
                  + " names its endpoint; a label `acct_…` gives that account to events without"
                  + " one.")
          .requiredBy(WEBHOOK)
          .refuses("--webhook-secret")
          .add();

  public static final Setting<Secret> STRIPE_API_KEY =
      row(STRIPE_API, "STRIPE_API_KEY", ValueType.TOKEN)
          .says("Secret key for calls to Stripe's API.")
          .requiredBy(STRIPE_API)
          .refuses("--stripe-key")
          .add();

  public static final Setting<URI> STRIPE_API_BASE =
      row(STRIPE_API, "STRIPE_API_BASE", ValueType.apiBase("", "https://api.stripe.com"))
          .says("Where Stripe's API is, or a server compatible with it.")
          .defaultsTo("https://api.stripe.com")
          .add();

  public static final Setting<String> STRIPE_ACCOUNT_ID =
      row(MESSAGE, "STRIPE_ACCOUNT_ID", ValueType.ACCOUNT)
          .says("Account level of the topic for events that name no account.")
          .defaultsTo("unknown")
          .add();

  public static final Setting<Duration> SOLACE_MESSAGE_TTL_MS =
      row(MESSAGE, "SOLACE_MESSAGE_TTL_MS", ValueType.milliseconds(315_360_000_000L))
          .says("How long a message lives on a queue that respects it; 0 is for ever.")
          .defaultsTo("0")
          .add();

  public static final Setting<Boolean> DMQ_ELIGIBLE =
      row(MESSAGE, "DMQ_ELIGIBLE", ValueType.TRUTH)
          .says("Whether a message that cannot be delivered goes to the dead message queue.")
          .defaultsTo("true")
          .add();

  public static final Setting<List<BrokerAddress>> SOLACE_HOST =
      row(SOLACE, "SOLACE_HOST", BrokerAddress.LIST)
          .says(
              "Addresses of the broker for messages, tried in order. Without a port: 55555 for"
                  + " tcp, 55443 for tcps, 80 for ws, 443 for wss.")
          .requiredBy(SOLACE)
          .example("tcp://localhost:55555")
          .add();

  public static final Setting<String> SOLACE_VPN =
      row(
              SOLACE,
              "SOLACE_VPN",
              ValueType.text("1 to 32 characters without '*' and '?'", "[^*?\\p{Cntrl}]{1,32}"))
          .says("Message VPN.")
          .requiredBy(SOLACE, SEMP)
          .example("default")
          .alias("--vpn")
          .add();

  public static final Setting<String> SOLACE_USERNAME =
      row(
              SOLACE,
              "SOLACE_USERNAME",
              ValueType.text("1 to 189 characters without '*' and '?'", "[^*?\\p{Cntrl}]{1,189}"))
          .says("Client username for messages.")
          .requiredBy(SOLACE)
          .example("stripe-bridge-user")
          .alias("--solace-user")
          .add();

  public static final Setting<Secret> SOLACE_PASSWORD =
      row(SOLACE, "SOLACE_PASSWORD", ValueType.PASSWORD)
          .says("Password of the client username.")
          .requiredBy(SOLACE)
          .refuses("--solace-password")
          .add();

  public static final Setting<Boolean> SOLACE_TLS_ENABLED =
      row(SOLACE, "SOLACE_TLS_ENABLED", ValueType.TRUTH)
          .says("Refuses tcp:// and ws:// addresses. tcps:// and wss:// are TLS in any case.")
          .defaultsTo("false")
          .add();

  public static final Setting<String> SOLACE_TLS_CA_CERT_PATH =
      row(SOLACE, "SOLACE_TLS_CA_CERT_PATH", ValueType.PATH)
          .says(
              "PEM, JKS or PKCS12 file with the certificates to trust for messages; else those"
                  + " that Java trusts.")
          .add();

  public static final Setting<Secret> SOLACE_TLS_CA_CERT_PASSWORD =
      row(SOLACE, "SOLACE_TLS_CA_CERT_PASSWORD", ValueType.PASSWORD)
          .says("Password of the JKS or PKCS12 files with trusted certificates.")
          .add();

  public static final Setting<URI> SOLACE_SEMP_HOST =
      row(
              SEMP,
              "SOLACE_SEMP_HOST",
              ValueType.apiBase("/SEMP(/v2(/(config|monitor|action))?)?", "http://localhost:8080"))
          .says("Base URL of the broker's administration, with or without /SEMP/v2.")
          .requiredBy(SEMP)
          .example("http://localhost:8080")
          .alias("--semp-host")
          .add();

  public static final Setting<String> SOLACE_SEMP_USERNAME =
      row(
              SEMP,
              "SOLACE_SEMP_USERNAME",
              ValueType.text("1 to 64 characters without ':'", "[^:\\p{Cntrl}]{1,64}"))
          .says("Administrator; required to administer the broker unless there is a token.")
          .alias("--semp-username")
          .add();

  public static final Setting<Secret> SOLACE_SEMP_PASSWORD =
      row(SEMP, "SOLACE_SEMP_PASSWORD", ValueType.PASSWORD)
          .says("The administrator's password.")
          .refuses("--semp-password")
          .add();

  public static final Setting<Secret> SOLACE_SEMP_TOKEN =
      row(SEMP, "SOLACE_SEMP_TOKEN", ValueType.TOKEN)
          .says("OAuth token, in place of SOLACE_SEMP_USERNAME and SOLACE_SEMP_PASSWORD.")
          .add();

  public static final Setting<String> SOLACE_SEMP_TLS_CA_CERT_PATH =
      row(SEMP, "SOLACE_SEMP_TLS_CA_CERT_PATH", ValueType.PATH)
          .says("File with the certificates to trust for administration.")
          .defaultsTo(SOLACE_TLS_CA_CERT_PATH)
          .add();

  public static final Setting<String> APP_HOST =
      row(HTTP, "APP_HOST", ValueType.HOST)
          .says("Address to listen on.")
          .defaultsTo("0.0.0.0")
          .add();

  public static final Setting<Integer> APP_PORT =
      row(HTTP, "APP_PORT", ValueType.PORT)
          .says("Port for webhooks; 0 picks a free one.")
          .defaultsTo("8080")
          .add();

  public static final Setting<String> APP_TLS_CERT_PATH =
      row(HTTP, "APP_TLS_CERT_PATH", ValueType.PATH)
          .says("PEM file with the server's certificate chain; with its key: HTTPS.")
          .add();

  public static final Setting<String> APP_TLS_KEY_PATH =
      row(HTTP, "APP_TLS_KEY_PATH", ValueType.PATH)
          .says("PEM file with the certificate's private key.")
          .add();

  public static final Setting<Integer> ADMIN_PORT =
      row(HTTP, "ADMIN_PORT", ValueType.PORT)
          .says("Port for health, readiness and metrics; 0 picks a free one.")
          .defaultsTo(APP_PORT)
          .add();

  public static final Setting<String> APP_WEBHOOK_PATH =
      row(HTTP, "APP_WEBHOOK_PATH", HttpSettings.WEBHOOK_PATH)
          .says("Path that webhooks are posted to.")
          .defaultsTo("/webhooks/stripe")
          .add();

  public static final Setting<Boolean> APP_PROXY_PROTOCOL =
      row(HTTP, "APP_PROXY_PROTOCOL", ValueType.TRUTH)
          .says(
              "Whether each connection for webhooks begins with a PROXY header, version 1 or 2."
                  + " Needs an ADMIN_PORT of its own, which has none.")
          .defaultsTo("false")
          .add();

  public static final Setting<List<Network>> APP_PROXY_TRUSTED =
      row(HTTP, "APP_PROXY_TRUSTED", Network.LIST)
          .says(
              "Networks that may send a PROXY header, such as `10.0.0.0/8,fd00::/8`; everybody"
                  + " may when it is empty.")
          .add();

  public static final Setting<LogLevel> LOG_LEVEL =
      row(LOG, "LOG_LEVEL", LogLevel.TYPE)
          .says("Least severe level that is logged; `warning` and `critical` are understood.")
          .defaultsTo("info")
          .add();

  public static final Setting<LogFormat> LOG_FORMAT =
      row(LOG, "LOG_FORMAT", LogFormat.TYPE)
          .says("One JSON object or one readable line per log line.")
          .defaultsTo("json")
          .add();

  public static final Setting<RedisUrl> REDIS_URL =
      row(INBOX, "REDIS_URL", RedisUrl.TYPE)
          .says(
              "Redis with the inbox that replicas share, as docs/replicas.md has it; not set: an"
                  + " inbox of its own, in a file.")
          .add();

  public static final Setting<String> REDIS_KEY_PREFIX =
      row(
              INBOX,
              "REDIS_KEY_PREFIX",
              ValueType.text("1 to 64 visible ASCII characters", "[!-~]{1,64}"))
          .says("What the shared inbox's keys begin with.")
          .defaultsTo("stripebridge:")
          .add();

  public static final Setting<String> REDIS_TLS_CA_CERT_PATH =
      row(INBOX, "REDIS_TLS_CA_CERT_PATH", ValueType.PATH)
          .says("PEM file with the certificates to trust for Redis; else those that Java trusts.")
          .add();

  public static final Setting<String> REDIS_TLS_CERT_PATH =
      row(INBOX, "REDIS_TLS_CERT_PATH", ValueType.PATH)
          .says("PEM file with the client certificate for Redis.")
          .add();

  public static final Setting<String> REDIS_TLS_KEY_PATH =
      row(INBOX, "REDIS_TLS_KEY_PATH", ValueType.PATH)
          .says("PEM file with the client certificate's private key.")
          .add();

  public static final Setting<RedisDurability> INBOX_REDIS_DURABILITY =
      row(INBOX, "INBOX_REDIS_DURABILITY", RedisDurability.TYPE)
          .says(
              "What Redis confirms before an event counts as durable: its own disk, or as many"
                  + " replicas; not set: whatever Redis is configured to do.")
          .add();

  public static final Setting<Integer> INBOX_FORMAT =
      row(INBOX, "INBOX_FORMAT", ValueType.wholeNumber(1, 2))
          .says(
              "What new entries of the shared inbox are written in; not set: what the inbox has,"
                  + " and 2 for a new one. The release before reads 1 only: set 2 once no"
                  + " replica of it is left.")
          .add();

  public static final Setting<String> INBOX_PATH =
      row(INBOX, "INBOX_PATH", ValueType.PATH)
          .says("File of the embedded inbox.")
          .defaultsTo("./stripebridge-inbox.db")
          .add();

  public static final Setting<Duration> IDEMPOTENCY_TTL_SECONDS =
      row(RELAY, "IDEMPOTENCY_TTL_SECONDS", ValueType.seconds("1", "31536000"))
          .says("How long the id of a published event is remembered. Stripe retries for 3 days.")
          .defaultsTo("345600")
          .add();

  public static final Setting<Integer> ASYNC_QUEUE_SIZE =
      row(RELAY, "ASYNC_QUEUE_SIZE", ValueType.wholeNumber(1, 100_000_000))
          .says("Waiting entries above which a webhook is answered 429.")
          .defaultsTo("100000")
          .add();

  public static final Setting<Integer> MAX_PUBLISH_RETRIES =
      row(RELAY, "MAX_PUBLISH_RETRIES", ValueType.wholeNumber(1, 1_000))
          .says("Refusals of one message before its entry is parked.")
          .defaultsTo("3")
          .add();

  public static final Setting<Duration> RETRY_BACKOFF_BASE_SECONDS =
      row(RELAY, "RETRY_BACKOFF_BASE_SECONDS", ValueType.seconds("0.001", "30"))
          .says("First wait after a refusal; it doubles, with jitter, up to 30 s.")
          .defaultsTo("0.5")
          .add();

  public static final Setting<Duration> ASYNC_SHUTDOWN_TIMEOUT_SECONDS =
      row(RELAY, "ASYNC_SHUTDOWN_TIMEOUT_SECONDS", ValueType.seconds("0", "3600"))
          .says("Time to settle what is in flight when stopping; the rest stays in the inbox.")
          .defaultsTo("30")
          .add();

  public static final Setting<String> E2E_STRIPE_ACCOUNT_ID =
      row(VALIDATE, "E2E_STRIPE_ACCOUNT_ID", ValueType.ACCOUNT)
          .says("Account of the events that validation sends.")
          .defaultsTo("acct_e2e")
          .add();

  public static final Setting<Duration> E2E_CONSUME_TIMEOUT_SECONDS =
      row(VALIDATE, "E2E_CONSUME_TIMEOUT_SECONDS", ValueType.seconds("1", "3600"))
          .says("How long validation waits for one of its messages.")
          .defaultsTo("10")
          .add();

  public static final Setting<Boolean> E2E_QUEUE_DRAIN_BEFORE_TEST =
      row(VALIDATE, "E2E_QUEUE_DRAIN_BEFORE_TEST", ValueType.TRUTH)
          .says(
              "Whether validation first removes what earlier ones left in the queues; it finds its"
                  + " own messages without.")
          .defaultsTo("false")
          .add();

  public static final Setting<Integer> SANDBOX_SMF_PORT =
      row(SANDBOX, "SANDBOX_SMF_PORT", ValueType.PORT)
          .says("The sandbox's port for messages; 0 picks a free one.")
          .defaultsTo("55555")
          .add();

  public static final Setting<Integer> SANDBOX_SEMP_PORT =
      row(SANDBOX, "SANDBOX_SEMP_PORT", ValueType.PORT)
          .says("The sandbox's port for administration; 0 picks a free one.")
          .defaultsTo("8081")
          .add();

  private static final Set<String> VARIABLES = variablesOfTable();

  private Settings() {}

  /// Every setting, in the order of the documents.
  public static List<Setting<?>> all() {
    return List.copyOf(TABLE);
  }

  /// The settings of one subject.
  public static List<Setting<?>> of(SettingGroup subject) {
    return TABLE.stream().filter(setting -> setting.subject() == subject).toList();
  }

  /// The setting that an option sets, by its own name or by one of the replaced tool's.
  public static Optional<Setting<?>> byOption(String option) {
    return first(setting -> setting.option().equals(option) || setting.aliases().contains(option));
  }

  /// The setting to use in place of an option that would put a secret on the command line.
  public static Optional<Setting<?>> byRefusedOption(String option) {
    return first(setting -> setting.refusedOptions().contains(option));
  }

  /// Every variable that is read: `NAME` and `NAME_FILE` of each setting.
  static Set<String> variables() {
    return VARIABLES;
  }

  private static Optional<Setting<?>> first(Predicate<Setting<?>> isWanted) {
    return TABLE.stream().filter(isWanted).findFirst();
  }

  private static Set<String> variablesOfTable() {
    Set<String> variables = new LinkedHashSet<>();
    TABLE.forEach(setting -> variables.addAll(List.of(setting.name(), setting.fileVariable())));
    return Collections.unmodifiableSet(variables);
  }

  private static <T> Row<T> row(SettingGroup subject, String name, ValueType<T> type) {
    return new Row<>(subject, name, type);
  }

  /// One row of the table while it is written.
  private static final class Row<T> {
    private final SettingGroup subject;
    private final String name;
    private final ValueType<T> type;
    private String sentence = "";
    private String fallback = "";
    private @Nullable Setting<T> sameAs;
    private Set<SettingGroup> requiredBy = Set.of();
    private String example = "";
    private final List<String> aliases = new ArrayList<>();
    private final List<String> refusedOptions = new ArrayList<>();

    Row(SettingGroup subject, String name, ValueType<T> type) {
      this.subject = subject;
      this.name = name;
      this.type = type;
    }

    Row<T> says(String text) {
      sentence = text;
      return this;
    }

    Row<T> defaultsTo(String text) {
      fallback = text;
      return this;
    }

    Row<T> defaultsTo(Setting<T> other) {
      sameAs = other;
      return this;
    }

    Row<T> requiredBy(SettingGroup first, SettingGroup... others) {
      requiredBy = Collections.unmodifiableSet(EnumSet.of(first, others));
      return this;
    }

    Row<T> example(String text) {
      example = text;
      return this;
    }

    Row<T> alias(String option) {
      aliases.add(option);
      return this;
    }

    Row<T> refuses(String option) {
      refusedOptions.add(option);
      return this;
    }

    Setting<T> add() {
      Setting<T> setting =
          new Setting<>(
              name,
              subject,
              type,
              fallback,
              sameAs,
              requiredBy,
              sentence,
              example,
              List.copyOf(aliases),
              List.copyOf(refusedOptions));
      TABLE.add(setting);
      return setting;
    }
  }
}
